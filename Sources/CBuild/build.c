#include "CBuild.h"

#ifndef EVENTUALLY_COMMIT
#define EVENTUALLY_COMMIT ""
#endif
#ifndef EVENTUALLY_DATE
#define EVENTUALLY_DATE ""
#endif

const char *eventually_build_commit(void) { return EVENTUALLY_COMMIT; }
const char *eventually_build_date(void) { return EVENTUALLY_DATE; }

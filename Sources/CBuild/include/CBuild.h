// Of which sources the program was built, as `make release` says it to the compiler.
#ifndef CBUILD_H
#define CBUILD_H

// What git says of the commit; empty if nobody asked.
const char *eventually_build_commit(void);
// The day of that commit; empty if nobody asked.
const char *eventually_build_date(void);

#endif

// A pseudo-terminal with a program on it, and a session leader that watches the program as a shell would.
#ifndef CPSEUDOTERMINAL_H
#define CPSEUDOTERMINAL_H

#include <sys/types.h>

// What became of the program. The value is its exit status, or the number of a signal.
enum { CP_EXITED = 0, CP_KILLED = 1, CP_STOPPED = 2, CP_CONTINUED = 3 };
typedef struct { int what; int value; } cp_report;

typedef struct {
  // The side of whoever looks and types; it doesn't block.
  int terminal;
  // The side of the program, held open so that nothing is lost when the program ends.
  int line;
  // Where reports arrive, eight bytes each.
  int reports;
  // What the program writes to its file descriptor 3; it doesn't block.
  int notices;
  // The leader lives until this is closed.
  int leash;
  pid_t leader;
  pid_t process;
  char name[128];
} cp_session;

// Opens a pseudo-terminal of a size. Returns 0, or -1.
int cp_open(cp_session *session, int columns, int rows);
// Starts a program on it, in the foreground, as a job of the leader's session. Returns 0, or -1.
int cp_start(cp_session *session, const char *path, char *const arguments[], char *const environment[]);
// Changes the size, of which the program is told.
int cp_resize(const cp_session *session, int columns, int rows);
// Ends whatever runs, and lets go of everything.
void cp_close(cp_session *session);

#endif

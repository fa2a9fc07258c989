#ifdef __APPLE__
#define _DARWIN_C_SOURCE
#else
#define _GNU_SOURCE
#endif

#include "CPseudoTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { NOTICES = 3, FIRST_FREE = 10, LAST_CLOSED = 1024 };

// Other tests start programs, too: they must not inherit what belongs to this session.
static int keep(int file, int flags) {
  fcntl(file, F_SETFD, FD_CLOEXEC);
  if (flags) fcntl(file, F_SETFL, fcntl(file, F_GETFL) | flags);
  return file;
}

int cp_open(cp_session *session, int columns, int rows) {
  memset(session, 0, sizeof *session);
  session->line = session->reports = session->notices = session->leash = -1;
  session->terminal = posix_openpt(O_RDWR | O_NOCTTY);
  if (session->terminal < 0) return -1;
  keep(session->terminal, O_NONBLOCK);
  if (grantpt(session->terminal) != 0 || unlockpt(session->terminal) != 0) return -1;
  if (ptsname_r(session->terminal, session->name, sizeof session->name) != 0) return -1;
  session->line = open(session->name, O_RDWR | O_NOCTTY);
  if (session->line < 0) return -1;
  keep(session->line, 0);
  return cp_resize(session, columns, rows);
}

int cp_resize(const cp_session *session, int columns, int rows) {
  struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
  return ioctl(session->terminal, TIOCSWINSZ, &size);
}

// After a fork only what is safe in a signal handler may be called: other threads may have held any lock.
static void reset_signals(void) {
  sigset_t none;
  sigemptyset(&none);
  for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

static void close_all_but(int first, int second, int third) {
  for (int file = 3; file < LAST_CLOSED; file++) {
    if (file != first && file != second && file != third) close(file);
  }
}

static void run_program(int line, int notices, const char *path, char *const arguments[], char *const environment[]) {
  static const struct rlimit no_core = {0, 0};
  setpgid(0, 0);
  tcsetpgrp(line, getpid());
  reset_signals();
  setrlimit(RLIMIT_CORE, &no_core);
  for (int file = 0; file < 3; file++) dup2(line, file);
  dup2(notices, NOTICES);
  close_all_but(NOTICES, -1, -1);
  execve(path, arguments, environment);
  _exit(127);
}

static void send_report(int reports, int what, int value) {
  cp_report report = {what, value};
  ssize_t ignored = write(reports, &report, sizeof report);
  (void)ignored;
}

// The leader stands where a shell stands, so that the program can be stopped; it tells what becomes of the program.
static void lead(
    const char *name, int reports, int notices, int leash, const char *path, char *const arguments[],
    char *const environment[]) {
  reset_signals();
  // Handing the terminal over from the background and its end must not stop the leader.
  signal(SIGTTOU, SIG_IGN);
  signal(SIGHUP, SIG_IGN);
  setsid();
  int opened = open(name, O_RDWR);
  int line = fcntl(opened, F_DUPFD, FIRST_FREE);
#ifdef TIOCSCTTY
  ioctl(line, TIOCSCTTY, 0);
#endif
  pid_t process = fork();
  if (process == 0) run_program(line, notices, path, arguments, environment);
  setpgid(process, process);
  close_all_but(reports, leash, -1);
  send_report(reports, CP_CONTINUED, process);
  for (int status, is_over = 0; !is_over;) {
    if (waitpid(process, &status, WUNTRACED | WCONTINUED) < 0) {
      is_over = errno != EINTR;
    } else if (WIFSTOPPED(status)) {
      send_report(reports, CP_STOPPED, WSTOPSIG(status));
    } else if (WIFCONTINUED(status)) {
      send_report(reports, CP_CONTINUED, 0);
    } else {
      if (WIFEXITED(status)) send_report(reports, CP_EXITED, WEXITSTATUS(status));
      if (WIFSIGNALED(status)) send_report(reports, CP_KILLED, WTERMSIG(status));
      is_over = 1;
    }
  }
  // The end of a leader can end its terminal: it stays until nobody looks any more.
  char byte;
  while (read(leash, &byte, 1) < 0 && errno == EINTR) {
  }
  _exit(0);
}

int cp_start(cp_session *session, const char *path, char *const arguments[], char *const environment[]) {
  int ends[3][2];
  for (int i = 0; i < 3; i++) {
    if (pipe(ends[i]) != 0) return -1;
    // Above the numbers that the program's own files get.
    for (int end = 0; end < 2; end++) {
      int high = fcntl(ends[i][end], F_DUPFD, FIRST_FREE);
      close(ends[i][end]);
      ends[i][end] = keep(high, 0);
    }
  }
  session->leader = fork();
  if (session->leader < 0) return -1;
  if (session->leader == 0) lead(session->name, ends[0][1], ends[1][1], ends[2][0], path, arguments, environment);
  session->reports = ends[0][0];
  session->notices = keep(ends[1][0], O_NONBLOCK);
  session->leash = ends[2][1];
  close(ends[0][1]);
  close(ends[1][1]);
  close(ends[2][0]);
  cp_report first;
  if (read(session->reports, &first, sizeof first) != sizeof first) return -1;
  session->process = first.value;
  keep(session->reports, O_NONBLOCK);
  return 0;
}

void cp_close(cp_session *session) {
  // A program that wasn't seen to end is ended; the leader reaps it.
  if (session->process > 0) kill(session->process, SIGKILL);
  if (session->leash >= 0) close(session->leash);
  if (session->leader > 0) {
    while (waitpid(session->leader, NULL, 0) < 0 && errno == EINTR) {
    }
  }
  int files[] = {session->terminal, session->line, session->reports, session->notices};
  for (int i = 0; i < 4; i++) {
    if (files[i] >= 0) close(files[i]);
  }
  memset(session, 0, sizeof *session);
  session->terminal = session->line = session->reports = session->notices = session->leash = -1;
}

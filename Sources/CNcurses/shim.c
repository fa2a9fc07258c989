#define _GNU_SOURCE
#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#ifdef __APPLE__
#define _DARWIN_C_SOURCE
#endif

#include "CNcurses.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

// term.h calls capabilities by such names.
#undef columns
#undef lines

// Keys of our own, above those of ncurses.
enum { KEY_PASTE_BEGIN = KEY_MAX + 1, KEY_PASTE_END, KEY_MOUSE_REPORT };

static SCREEN *screen;
static WINDOW *window;
// Reading from a window refreshes it; from a pad that is never shown it doesn't.
static WINDOW *keys;
static struct termios saved_modes;
static int has_saved_modes;
static int wake_pipe[2] = {-1, -1};
static volatile sig_atomic_t ending;
static volatile sig_atomic_t resized;
static volatile sig_atomic_t stopping;
static volatile sig_atomic_t continued;
// Whether the terminal is ours now.
static volatile sig_atomic_t is_drawn;
static int can_stop;
static int is_utf8;
// What gives the terminal back in a crash, and where what was written to standard error meanwhile is kept.
static char restoring[320];
static size_t restoring_count;
static int error_log = -1;
static int error_output = -1;
static const char paste_on[] = "\033[?2004h";
static const char paste_off[] = "\033[?2004l";
// Buttons, the wheel, and drags, with places of any size (xterm's modes 1002 and 1006); ncurses' own mouse knows no drags.
static const char mouse_on[] = "\033[?1002;1006h";
static const char mouse_off[] = "\033[?1006;1002l";
static int takes_mouse;
// What has come of a mouse report: numbers and semicolons, until `M` or `m`; -1 outside of one.
static char mouse_report[32];
static int mouse_count = -1;
// Between these a terminal that knows them shows nothing new, so that no half picture is seen; others ignore them.
static const char frame_begin[] = "\033[?2026h";
static const char frame_end[] = "\033[?2026l";

static void write_all(int file, const char *bytes, size_t count) {
  while (count > 0) {
    ssize_t written = write(file, bytes, count);
    if (written < 0 && errno != EINTR) return;
    if (written > 0) { bytes += written; count -= (size_t)written; }
  }
}

static void send_bytes(const char *bytes, size_t count) { write_all(STDOUT_FILENO, bytes, count); }

// The modes that we have set ourselves end with us.
static void send_modes_off(void) {
  send_bytes(paste_off, sizeof paste_off - 1);
  if (takes_mouse) send_bytes(mouse_off, sizeof mouse_off - 1);
}

static void send_modes_on(void) {
  send_bytes(paste_on, sizeof paste_on - 1);
  if (takes_mouse) send_bytes(mouse_on, sizeof mouse_on - 1);
}

void cn_take_mouse(int is_ours) {
  if (takes_mouse == is_ours) return;
  takes_mouse = is_ours;
  send_bytes(is_ours ? mouse_on : mouse_off, (is_ours ? sizeof mouse_on : sizeof mouse_off) - 1);
}

static void wake(void) {
  int error = errno;
  ssize_t ignored = write(wake_pipe[1], "", 1);
  (void)ignored;
  errno = error;
}

// How long the loop may take to hear that it is asked to end.
enum { PATIENCE_SECONDS = 1 };

// A request to end wakes the loop, which leaves in good order.
static void on_end(int number) {
  ending = number;
  alarm(PATIENCE_SECONDS);
  wake();
}

// In place of ncurses' own handler, which a loop that is about to wait would miss.
static void on_resize(int number) {
  (void)number;
  resized = 1;
  wake();
}

// In place of ncurses' own handler, which knows nothing of pastes: the loop stops as it does at Ctrl-Z.
static void on_stop(int number) {
  (void)number;
  stopping = 1;
  wake();
}

// A program that stopped us unasked may have left the terminal in any state.
static void on_continue(int number) {
  (void)number;
  continued = 1;
  wake();
}

// Where endwin can't be reached, bytes prepared before restore the terminal; what was said on standard error is told.
static void restore(void) {
  if (is_drawn) {
    send_bytes(restoring, restoring_count);
    if (has_saved_modes) tcsetattr(STDIN_FILENO, TCSANOW, &saved_modes);
  }
  if (error_log >= 0 && dup2(error_output, STDERR_FILENO) >= 0) {
    char bytes[1024];
    ssize_t count;
    for (off_t place = 0; (count = pread(error_log, bytes, sizeof bytes, place)) > 0; place += count) {
      write_all(STDERR_FILENO, bytes, (size_t)count);
    }
  }
}

// A crash takes its course.
static void on_crash(int number) {
  restore();
  signal(number, SIG_DFL);
  raise(number);
}

// The loop is too busy to hear that it is asked to end.
static void on_alarm(int number) {
  (void)number;
  restore();
  _exit(128 + ending);
}

void cn_keep_errors(int log, int output) {
  error_log = log;
  error_output = output;
}

static void handle(int number, void (*handler)(int)) {
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  // A stack that is full is a crash, too.
  action.sa_flags = SA_RESTART | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(number, &action, NULL);
}

static int collect(int byte) {
  if (restoring_count < sizeof restoring) restoring[restoring_count++] = (char)byte;
  return byte;
}

// A call of tigetstr in the last argument of tputs would be evaluated more than once where tputs is a macro.
static void collect_capability(const char *name) {
  const char *text = tigetstr((char *)name);
  if (text != NULL && text != (const char *)-1) tputs(text, 1, collect);
}

static void prepare_for_crashes(void) {
  static char stack_bytes[65536];
  stack_t stack = {.ss_sp = stack_bytes, .ss_size = sizeof stack_bytes};
  static const int crashes[] = {SIGQUIT, SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT};
  restoring_count = 0;
  for (const char *byte = frame_end; *byte; byte++) collect(*byte);
  for (const char *byte = paste_off; *byte; byte++) collect(*byte);
  for (const char *byte = mouse_off; *byte; byte++) collect(*byte);
  collect_capability("sgr0");
  collect_capability("rmkx");
  collect_capability("cnorm");
  collect_capability("rmcup");
  collect('\r');
  collect('\n');
  sigaltstack(&stack, NULL);
  for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++) handle(crashes[i], on_crash);
}

static void prepare_wake_pipe(void) {
  if (wake_pipe[0] >= 0 || pipe(wake_pipe) != 0) return;
  for (int end = 0; end < 2; end++) {
    fcntl(wake_pipe[end], F_SETFL, O_NONBLOCK);
    fcntl(wake_pipe[end], F_SETFD, FD_CLOEXEC);
  }
}

int cn_is_utf8(void) { return is_utf8; }

// A terminal that is used from afar may name a locale that this machine hasn't got; its encoding holds all the same.
static void set_locale(void) {
  static const char *const variables[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  if (setlocale(LC_ALL, "") != NULL) return;
  for (int i = 0; i < 3; i++) {
    const char *value = getenv(variables[i]);
    if (value == NULL || *value == 0) continue;
    if (strcasestr(value, "utf-8") || strcasestr(value, "utf8")) setlocale(LC_CTYPE, "C.UTF-8");
    return;
  }
}

static int at_most(int number, int most) { return number < most ? number : most; }

static void set_number(const char *name, int number) {
  char text[16];
  snprintf(text, sizeof text, "%d", number > 0 ? number : 24);
  setenv(name, text, 1);
}

int cn_open(int wants_utf8) {
  set_locale();
  if (wants_utf8 && strcmp(nl_langinfo(CODESET), "UTF-8") != 0) setlocale(LC_CTYPE, "C.UTF-8");
  is_utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
  // They would freeze the size.
  unsetenv("LINES");
  unsetenv("COLUMNS");
  // ncurses takes memory for every cell that a terminal claims to have, and some claim four billions.
  struct winsize claimed;
  int is_huge = ioctl(STDOUT_FILENO, TIOCGWINSZ, &claimed) == 0 && (claimed.ws_row > CN_MOST_ROWS || claimed.ws_col > CN_MOST_COLUMNS);
  if (is_huge) {
    set_number("LINES", at_most(claimed.ws_row, CN_MOST_ROWS));
    set_number("COLUMNS", at_most(claimed.ws_col, CN_MOST_COLUMNS));
  }
  has_saved_modes = tcgetattr(STDIN_FILENO, &saved_modes) == 0;
  // A shell without job control ignores stops; who stopped then would never be woken.
  struct sigaction stop;
  can_stop = sigaction(SIGTSTP, NULL, &stop) == 0 && stop.sa_handler != SIG_IGN;
  screen = newterm(NULL, stdout, stdin);
  if (is_huge) {
    unsetenv("LINES");
    unsetenv("COLUMNS");
  }
  if (screen == NULL) return CN_UNKNOWN_TERMINAL;
  const char *move = tigetstr("cup");
  if (move == NULL || move == (const char *)-1) {
    endwin();
    delscreen(screen);
    screen = NULL;
    return CN_CANNOT_MOVE_CURSOR;
  }
  if (getenv("ESCDELAY") == NULL) set_escdelay(25);
  raw();
  noecho();
  nonl();
  window = newwin(0, 0, 0, 0);
  keys = newpad(1, 1);
  keypad(keys, TRUE);
  nodelay(keys, TRUE);
  define_key("\033[200~", KEY_PASTE_BEGIN);
  define_key("\033[201~", KEY_PASTE_END);
  define_key("\033[<", KEY_MOUSE_REPORT);
  // Forms that a terminal may send whatever its description says.
  define_key("\033[A", KEY_UP);
  define_key("\033[B", KEY_DOWN);
  define_key("\033[C", KEY_RIGHT);
  define_key("\033[D", KEY_LEFT);
  define_key("\033[H", KEY_HOME);
  define_key("\033[F", KEY_END);
  define_key("\033[1~", KEY_HOME);
  define_key("\033[4~", KEY_END);
  define_key("\033[7~", KEY_HOME);
  define_key("\033[8~", KEY_END);
  define_key("\033[Z", KEY_BTAB);
  if (has_colors()) {
    start_color();
    use_default_colors();
  }
  prepare_wake_pipe();
  handle(SIGTERM, on_end);
  handle(SIGHUP, on_end);
  handle(SIGINT, on_end);
  handle(SIGALRM, on_alarm);
  handle(SIGWINCH, on_resize);
  handle(SIGCONT, on_continue);
  if (can_stop) handle(SIGTSTP, on_stop);
  prepare_for_crashes();
  is_drawn = 1;
  send_bytes(paste_on, sizeof paste_on - 1);
  return CN_OK;
}

void cn_close(void) {
  if (screen == NULL) return;
  alarm(0);
  send_modes_off();
  endwin();
  is_drawn = 0;
  delwin(keys);
  delwin(window);
  delscreen(screen);
  screen = NULL;
}

int cn_colors(void) { return has_colors() ? COLORS : 0; }

void cn_size(int *columns, int *rows) {
  *columns = getmaxx(window);
  *rows = getmaxy(window);
}

// Pairs are numbered from 1 by their colours, as far as the terminal has any.
static short pair_of(int color) {
  static signed char made[256];
  if (color < 0 || color > 254 || color >= COLORS || color + 1 >= COLOR_PAIRS) return 0;
  if (!made[color]) {
    init_pair((short)(color + 1), (short)color, -1);
    made[color] = 1;
  }
  return (short)(color + 1);
}

void cn_put(int x, int y, const char *utf8, int width, int color, int attributes) {
  wchar_t text[1024];
  size_t count = mbstowcs(text, utf8, sizeof text / sizeof *text - 1);
  if (count == (size_t)-1) {
    // The locale can't say it.
    count = 0;
  }
  text[count] = 0;
  if (wcswidth(text, count) != width) {
    // The C library, which ncurses goes by, disagrees about the width: nothing may shift.
    for (count = 0; count < (size_t)width && count < 1023; count++) text[count] = L'?';
    text[count] = 0;
  }
  attr_t style = A_NORMAL;
  if (attributes & CN_BOLD) style |= A_BOLD;
  if (attributes & CN_DIM) style |= A_DIM;
  if (attributes & CN_UNDERLINE) style |= A_UNDERLINE;
  if (attributes & CN_REVERSE) style |= A_REVERSE;
  wattr_set(window, style, pair_of(color), NULL);
  // The last cell of the screen returns an error though it is drawn.
  mvwaddnwstr(window, y, x, text, (int)count);
}

void cn_flush(int x, int y, int is_shown) {
  send_bytes(frame_begin, sizeof frame_begin - 1);
  if (x >= 0) wmove(window, y, x);
  curs_set(is_shown);
  wnoutrefresh(window);
  doupdate();
  send_bytes(frame_end, sizeof frame_end - 1);
}

void cn_redraw(void) { clearok(window, TRUE); }

static uint32_t key_of(wint_t code) {
  switch (code) {
    case KEY_UP: return CN_UP;
    case KEY_DOWN: return CN_DOWN;
    case KEY_LEFT: return CN_LEFT;
    case KEY_RIGHT: return CN_RIGHT;
    case KEY_HOME: return CN_HOME;
    case KEY_END: return CN_END;
    case KEY_PPAGE: return CN_PAGE_UP;
    case KEY_NPAGE: return CN_PAGE_DOWN;
    case KEY_BACKSPACE: return CN_BACKSPACE;
    case KEY_DC: return CN_DELETE;
    case KEY_BTAB: return CN_BACK_TAB;
    case KEY_ENTER: return CN_ENTER;
    default: return code > KEY_F0 && code <= KEY_F0 + 63 ? CN_FUNCTION + (code - KEY_F0) : 0;
  }
}

// Takes the terminal, whatever state it is in; the window may have changed meanwhile.
static void take_terminal(void) {
  send_modes_on();
  continued = 0;
  resized = 1;
  is_drawn = 1;
  cn_redraw();
  wrefresh(window);
}

// Takes a character of a mouse report in; whether it was one, and what the report says once it is whole.
static int take_mouse(wint_t code, cn_input *input) {
  if (mouse_count < 0) return 0;
  if ((code >= '0' && code <= '9') || code == ';') {
    if (mouse_count < (int)sizeof mouse_report - 1) mouse_report[mouse_count++] = (char)code;
    return 1;
  }
  mouse_report[mouse_count] = 0;
  mouse_count = -1;
  if (code != 'M' && code != 'm') return 0;
  unsigned button, x, y;
  if (sscanf(mouse_report, "%3u;%5u;%5u", &button, &x, &y) == 3 && x > 0 && y > 0) {
    input->what = code == 'm' ? CN_MOUSE_RELEASE : CN_MOUSE;
    input->value = button;
    input->x = (int)x - 1;
    input->y = (int)y - 1;
  } else {
    input->what = CN_IGNORED;
  }
  return 1;
}

cn_input cn_read(void) {
  cn_input input = {CN_NOTHING, 0, 0, 0};
  if (stopping) {
    stopping = 0;
    input.what = CN_STOPPED;
    return input;
  }
  if (continued) {
    endwin();
    take_terminal();
  }
  if (resized) {
    struct winsize size;
    resized = 0;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0) {
      resizeterm(at_most(size.ws_row, CN_MOST_ROWS), at_most(size.ws_col, CN_MOST_COLUMNS));
    }
    input.what = CN_RESIZED;
    return input;
  }
  wint_t code = 0;
  int result = wget_wch(keys, &code);
  if (result == OK) {
    if (take_mouse(code, &input)) {
      if (input.what == CN_NOTHING) input.what = CN_IGNORED;
      return input;
    }
    input.what = CN_CHARACTER;
    input.value = code;
  } else if (result == KEY_CODE_YES) {
    if (code == KEY_RESIZE) {
      input.what = CN_RESIZED;
    } else if (code == KEY_PASTE_BEGIN) {
      input.what = CN_PASTE_BEGIN;
    } else if (code == KEY_MOUSE_REPORT) {
      mouse_count = 0;
      input.what = CN_IGNORED;
    } else if (code == KEY_PASTE_END) {
      input.what = CN_PASTE_END;
    } else {
      input.what = CN_KEY;
      input.value = key_of(code);
    }
  }
  return input;
}

// Whether the terminal is gone. It may say that there is input even so, of which none ever comes.
static int is_gone(short events) {
  int count = 0;
  return (events & (POLLHUP | POLLERR | POLLNVAL))
         && (!(events & POLLIN) || ioctl(STDIN_FILENO, FIONREAD, &count) != 0 || count == 0);
}

int cn_wait(int milliseconds) {
  if (!ending && !resized && !stopping && !continued) {
    struct pollfd files[2] = {{STDIN_FILENO, POLLIN, 0}, {wake_pipe[0], POLLIN, 0}};
    if (poll(files, 2, milliseconds) > 0 && is_gone(files[0].revents)) ending = SIGHUP;
  }
  char woken[64];
  while (read(wake_pipe[0], woken, sizeof woken) > 0) {
  }
  return ending;
}

void cn_suspend(void) {
  if (!can_stop) return;
  send_modes_off();
  endwin();
  is_drawn = 0;
  signal(SIGTSTP, SIG_DFL);
  raise(SIGTSTP);
  // Here the shell has woken us.
  handle(SIGTSTP, on_stop);
  stopping = 0;
  take_terminal();
}

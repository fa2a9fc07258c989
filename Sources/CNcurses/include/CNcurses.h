// What the driver needs of ncurses, without its variadic functions, macros and global variables.
#ifndef CNCURSES_H
#define CNCURSES_H

#include <stdint.h>

// Attributes of a run of cells.
enum { CN_BOLD = 1, CN_DIM = 2, CN_UNDERLINE = 4, CN_REVERSE = 8 };

// What opening came to.
enum { CN_OK = 0, CN_UNKNOWN_TERMINAL = 1, CN_CANNOT_MOVE_CURSOR = 2 };

// What was read. A character comes with its code point, a key with its number in the list below.
enum {
  CN_NOTHING = 0, CN_CHARACTER, CN_KEY, CN_RESIZED, CN_PASTE_BEGIN, CN_PASTE_END, CN_STOPPED,
  // The mouse: `value` is xterm's button code, x and y count from 0.
  CN_MOUSE, CN_MOUSE_RELEASE,
  // A part of something that isn't whole yet.
  CN_IGNORED
};
enum {
  CN_UP = 1, CN_DOWN, CN_LEFT, CN_RIGHT, CN_HOME, CN_END, CN_PAGE_UP, CN_PAGE_DOWN, CN_BACKSPACE, CN_DELETE,
  CN_BACK_TAB, CN_ENTER, CN_FUNCTION = 100
};

typedef struct { int what; uint32_t value; int x, y; } cn_input;

// Opens the terminal on standard input and output. The locale is set from the environment first.
int cn_open(int wants_utf8);
// The largest part of a terminal that is drawn on: that of Screen's largest size.
#define CN_MOST_COLUMNS 1000
#define CN_MOST_ROWS 500
// Gives the terminal back as it was.
void cn_close(void);
// In a crash standard error goes on where it went before, beginning with the log of the time while the screen was drawn.
// -1 for neither.
void cn_keep_errors(int log, int output);
// Whether the locale's encoding is UTF-8.
int cn_is_utf8(void);
// How many colours there are; 0 or less without any.
int cn_colors(void);
void cn_size(int *columns, int *rows);
// Writes a run of text of one style, `width` cells wide, at a place; color is -1 for the terminal's own.
void cn_put(int x, int y, const char *utf8, int width, int color, int attributes);
// Shows what was written, with the cursor at a place, or where it was if x is negative, seen or hidden.
void cn_flush(int x, int y, int is_shown);
// The next flush draws everything anew.
void cn_redraw(void);
// Takes the mouse, or leaves it to the terminal, where text can be selected with it.
void cn_take_mouse(int is_ours);
// What was typed, without waiting.
cn_input cn_read(void);
// Waits for input or a signal, at most that many milliseconds; -1 waits for ever. Returns the number of the signal that
// asks the program to end, or 0.
int cn_wait(int milliseconds);
// Stops the program as Ctrl-Z does, and takes the terminal again when it goes on.
void cn_suspend(void);

#endif

#ifndef SVINIT_INIT_SAY_H
#define SVINIT_INIT_SAY_H

/*
 * One line to whoever watches (stderr, the console). A reader that has stopped reading loses lines
 * and never holds svinit up.
 */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif

#ifndef SVINIT_BASE_FD_H
#define SVINIT_BASE_FD_H

/*
 * Descriptors with an owner. AUTO_CLOSE closes at the end of the scope; take_fd() moves out.
 * close() is never retried (close(2): on Linux the descriptor is gone even after EINTR). Every
 * descriptor made here is close-on-exec.
 */

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define AUTO_CLOSE __attribute__((cleanup(fd_cleanup)))

/* Closes *fd when it is >= 0 and sets it to -1; errno is left alone. */
void fd_close(int *fd);
void fd_cleanup(int *fd);

/* Moves the descriptor out: returns *fd and leaves -1. */
int take_fd(int *fd);

/* Sets or clears O_NONBLOCK, FD_CLOEXEC. 0 or negative errno. */
int fd_nonblock(int fd, int on);
int fd_cloexec(int fd, int on);

/* Writes all n bytes, restarting on EINTR and short writes. 0 or negative errno. */
int fd_write_all(int fd, const void *data, size_t n);

/*
 * Reads a whole file below the directory `dir` (AT_FDCWD for the working directory) into buf, at
 * most size - 1 bytes, and terminates it with NUL. Returns the number of bytes or negative errno;
 * -EFBIG when it does not fit.
 */
ssize_t fd_read_file(int dir, const char *path, char *buf, size_t size);

/* Writes one value into an existing file (a cgroup or procfs file) in a single write. */
int fd_write_file(int dir, const char *path, const void *data, size_t n);

/* mkdir -p below `dir`; every directory that is made gets `mode`. 0 or negative errno. */
int fd_make_dirs(int dir, const char *path, mode_t mode);

#endif

#ifndef SVINIT_TESTS_LOGD_DRIVER_H
#define SVINIT_TESTS_LOGD_DRIVER_H

/*
 * Plays svinit and the manager for the program svlogd: a world is a temporary folder with a
 * runtime and a log directory, and one svlogd in it that may be killed and started again. The FIFOs
 * of the units are held open here, as the manager and the container hold them.
 */

#include "base/fd.h"
#include "proto/frame.h"
#include "proto/link.h"
#include "proto/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct world {
	char dir[64], runtime[80], logs[80], program[4096];
	int link, channel; /* our ends; -1 when not connected */
	pid_t pid;         /* 0 when svlogd does not run */
};

static inline void world_die(const char *what)
{
	fprintf(stderr, "logd_driver: %s: %s\n", what, strerror(errno));
	abort();
}

static inline void world_connect_manager(struct world *w)
{
	struct link_peer peer = { .role = ROLE_MANAGER, .pid = getpid() };
	int pair[2];

	fd_close(&w->channel);
	if (frame_pair(pair) < 0 ||
	    frame_send(w->link, LINK_PEER, &peer, sizeof(peer), &pair[1], 1) < 0)
		world_die("peer");
	close(pair[1]);
	w->channel = pair[0];
	fd_nonblock(w->channel, 0);
}

static inline void world_exec(const struct world *w, int link)
{
	if (link == LINK_FD)
		fd_cloexec(link, 0);
	else if (dup2(link, LINK_FD) < 0)
		_exit(126);
	execl(w->program, "svlogd", "--runtime", w->runtime, "--logs", w->logs, (char *)NULL);
	_exit(127);
}

static inline void world_start(struct world *w)
{
	struct link_welcome welcome = { .version = FRAME_VERSION };
	int pair[2];

	if (frame_pair(pair) < 0)
		world_die("link");
	w->pid = fork();
	if (w->pid == 0)
		world_exec(w, pair[1]);
	close(pair[1]);
	w->link = pair[0];
	if (frame_send(w->link, LINK_WELCOME, &welcome, sizeof(welcome), NULL, 0) < 0 ||
	    frame_send(w->link, LINK_READY, NULL, 0, NULL, 0) < 0)
		world_die("welcome");
	world_connect_manager(w);
}

/* Makes the folders, without starting anything. */
static inline void world_make(struct world *w)
{
	char *slash;
	ssize_t n;

	*w = (struct world){ .link = -1, .channel = -1 };
	strcpy(w->dir, "/tmp/svlogd-test.XXXXXX");
	if (!mkdtemp(w->dir))
		world_die("mkdtemp");
	snprintf(w->runtime, sizeof(w->runtime), "%s/run", w->dir);
	snprintf(w->logs, sizeof(w->logs), "%s/log", w->dir);
	n = readlink("/proc/self/exe", w->program, sizeof(w->program) - 32);
	if (n < 0)
		world_die("readlink");
	w->program[n] = '\0';
	for (int i = 0; i < 2 && (slash = strrchr(w->program, '/')); i++)
		*slash = '\0';
	strcat(w->program, "/bin/svlogd");
}

/* The exit status of waitpid(). */
static inline int world_reap(struct world *w)
{
	int status = -1;

	if (w->pid && waitpid(w->pid, &status, 0) < 0)
		world_die("waitpid");
	w->pid = 0;
	fd_close(&w->link);
	fd_close(&w->channel);
	return status;
}

static inline void world_kill(struct world *w)
{
	kill(w->pid, SIGKILL);
	world_reap(w);
}

/* Ends the link: svlogd drains and exits. */
static inline int world_stop(struct world *w)
{
	fd_close(&w->link);
	return world_reap(w);
}

static inline void world_remove(struct world *w)
{
	char command[128];

	if (w->pid)
		world_kill(w);
	snprintf(command, sizeof(command), "rm -rf %s", w->dir);
	if (system(command) != 0)
		world_die("rm");
}

static inline void world_add(struct world *w, const char *unit, uint64_t bytes, uint32_t files)
{
	struct log_add add = { .max_file_bytes = bytes, .max_files = files };

	snprintf(add.unit, sizeof(add.unit), "%s", unit);
	if (frame_send(w->channel, LOG_ADD, &add, sizeof(add), NULL, 0) < 0)
		world_die("add");
}

/* LOG_REMOVE, or LOG_NOTE with a text. */
static inline void world_name(struct world *w, enum log_frame type, const char *unit,
			      const char *text)
{
	char payload[sizeof(struct log_name) + 1024] = { 0 };
	size_t n = text ? strlen(text) : 0;

	snprintf(payload, sizeof(struct log_name), "%s", unit);
	if (text)
		memcpy(payload + sizeof(struct log_name), text, n);
	if (frame_send(w->channel, type, payload, sizeof(struct log_name) + n, NULL, 0) < 0)
		world_die("name");
}

/* Waits until everything that was sent is done and all streams are drained. */
static inline void world_finish(struct world *w)
{
	_Alignas(8) char buf[4096];
	struct frame f;

	if (frame_send(w->channel, LOG_FINISH, NULL, 0, NULL, 0) < 0)
		world_die("finish");
	do { /* answers to removals stand before it */
		if (frame_recv(w->channel, buf, sizeof(buf), &f) != 1)
			world_die("finish");
	} while (f.type == LOG_REMOVED);
	if (f.type != LOG_FINISHED)
		world_die("finish");
}

/* Opens a stream as a container has it, making the FIFO when it is missing. */
static inline int world_stream(const struct world *w, const char *unit, const char *stream)
{
	char path[512];
	int fd;

	mkdir(w->runtime, 0755);
	snprintf(path, sizeof(path), "%s/streams", w->runtime);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/streams/%s.%s", w->runtime, unit, stream);
	mkfifo(path, 0666);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		world_die(path);
	return fd;
}

/* Begins a query; the names are separated by blanks, "" is all. Our end of the answer. */
static inline int world_query(struct world *w, const char *names, struct log_query q)
{
	char payload[sizeof(q) + 1024] = { 0 };
	size_t n = strlen(names);
	int pair[2];

	if (n)
		q.n_units = 1;
	for (size_t i = 0; i < n; i++) {
		payload[sizeof(q) + i] = names[i] == ' ' ? '\0' : names[i];
		q.n_units += names[i] == ' ';
	}
	memcpy(payload, &q, sizeof(q));
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0 ||
	    frame_send(w->channel, LOG_QUERY, payload, sizeof(q) + n + (n > 0), &pair[1], 1) < 0)
		world_die("query");
	close(pair[1]);
	return pair[0];
}

/* Reads to the end, or until `quiet_ms` pass without a byte. A terminated heap string. */
static inline char *world_read(int fd, int quiet_ms, size_t *ret_size)
{
	size_t n = 0, room = 1 << 16;
	char *buf = malloc(room);

	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t r;

		if (poll(&p, 1, quiet_ms) <= 0)
			break;
		r = read(fd, buf + n, room - n - 1);
		if (r <= 0)
			break;
		n += (size_t)r;
		if (n + 1 == room)
			buf = realloc(buf, room *= 2);
	}
	buf[n] = '\0';
	if (ret_size)
		*ret_size = n;
	return buf;
}

/* The whole answer of a query that ends. */
static inline char *world_ask(struct world *w, const char *names, struct log_query q)
{
	int fd = world_query(w, names, q);
	char *text = world_read(fd, 10000, NULL);

	close(fd);
	return text;
}

/* Everything in LOGS/UNIT/NAME; NULL when it is missing. */
static inline char *world_file(const struct world *w, const char *unit, const char *name,
			       size_t *ret_size)
{
	char path[512], *text;
	int fd;

	snprintf(path, sizeof(path), "%s/%s/%s", w->logs, unit, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return NULL;
	text = world_read(fd, -1, ret_size);
	close(fd);
	return text;
}

/* All rotated files and current in order, as one text; *ret_files says how many they are. */
static inline char *world_all(const struct world *w, const char *unit, size_t *ret_size,
			      unsigned *ret_files)
{
	struct dirent **entries;
	char path[512], *all = malloc(1);
	size_t size = 0;
	unsigned files = 0;
	int n;

	snprintf(path, sizeof(path), "%s/%s", w->logs, unit);
	n = scandir(path, &entries, NULL, alphasort); /* "2026…" sorts before "current" */
	for (int i = 0; i < n; i++) {
		size_t more = 0;
		char *text = NULL;

		if (entries[i]->d_name[0] != '.')
			text = world_file(w, unit, entries[i]->d_name, &more);
		if (text) {
			all = realloc(all, size + more + 1);
			memcpy(all + size, text, more);
			size += more;
			files++;
		}
		free(text);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	all[size] = '\0';
	if (ret_size)
		*ret_size = size;
	if (ret_files)
		*ret_files = files;
	return all;
}

static inline void world_sleep_ms(long ms)
{
	struct timespec t = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

#endif

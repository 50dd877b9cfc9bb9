#include "manager/logs.h"

#include "base/fd.h"
#include "base/str.h"
#include "proto/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Streams whose unit is gone, until svlogd has read them to their end. */
struct leaving {
	struct leaving *next;
	struct log_add add;
	int fds[2];
	unsigned removals; /* LOG_REMOVE that were sent for this name and not answered */
};

static void stream_name(const struct service *s, enum log_stream stream, char *buf, size_t size)
{
	snprintf(buf, size, "%s.%s", s->unit->name, stream == STREAM_STDOUT ? "stdout" : "stderr");
}

/* Takes it out of the list; NULL when it is not there. */
static struct leaving *take_leaving(struct manager *m, const char *unit)
{
	struct leaving **p = &m->leaving, *l;

	while (*p && !str_eq((*p)->add.unit, unit))
		p = &(*p)->next;
	l = *p;
	if (l)
		*p = l->next;
	return l;
}

/* A unit of this name was just here: its streams are in use again, with our readers of them. */
static void come_again(struct service *s)
{
	struct leaving *l = take_leaving(s->m, s->unit->name);

	if (!l)
		return;
	for (int i = 0; i < 2; i++) {
		fd_close(&s->streams[i]);
		s->streams[i] = take_fd(&l->fds[i]);
	}
	s->removals = l->removals;
	free(l);
}

int logs_open_stream(struct service *s, enum log_stream stream, struct error *e)
{
	char name[UNIT_NAME_MAX + 16];
	int dir = s->m->streams_dir;
	AUTO_CLOSE int fd = -1;
	struct stat st;

	come_again(s);
	stream_name(s, stream, name, sizeof(name));
	if (mkfifoat(dir, name, 0666) < 0 && errno != EEXIST)
		return error_set(e, -errno, "mkfifo: streams/%s", name);
	fd = openat(dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return error_set(e, -errno, "open: streams/%s", name);
	if (fstat(fd, &st) < 0)
		return error_set(e, -errno, "fstat: streams/%s", name);
	if (!S_ISFIFO(st.st_mode))
		return error_set(e, -ENOTSUP, "streams/%s is no FIFO", name);
	/* The folder keeps others out; inside the container any user may open it again. */
	if ((st.st_mode & 0777) != 0666 && fchmod(fd, 0666) < 0)
		return error_set(e, -errno, "fchmod: streams/%s", name);
	if (s->streams[stream] < 0)
		s->streams[stream] =
			openat(dir, name, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (s->streams[stream] < 0)
		return error_set(e, -errno, "open: streams/%s", name);
	return take_fd(&fd);
}

void logs_reopen(struct service *s)
{
	char name[UNIT_NAME_MAX + 16];

	for (int i = 0; i < 2; i++) {
		if (s->streams[i] >= 0)
			continue;
		stream_name(s, (enum log_stream)i, name, sizeof(name));
		s->streams[i] = openat(s->m->streams_dir, name,
				       O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	}
}

static void fill_add(const struct service *s, struct log_add *add)
{
	*add = (struct log_add){
		.max_file_bytes = s->unit->log.max_file_bytes,
		.max_files = s->unit->log.max_files,
	};
	snprintf(add->unit, sizeof(add->unit), "%s", s->unit->name);
}

void logs_add(struct service *s)
{
	struct log_add add;

	if (s->log_added || !s->m->logd)
		return;
	fill_add(s, &add);
	s->log_added = channel_send(s->m->logd, LOG_ADD, &add, sizeof(add), NULL, 0) == 0;
}

static bool has_streams(const struct service *s)
{
	char name[UNIT_NAME_MAX + 16];

	stream_name(s, STREAM_STDOUT, name, sizeof(name));
	return faccessat(s->m->streams_dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

static void send_leaving(struct manager *m, struct leaving *l)
{
	struct log_name remove = { 0 };

	if (!m->logd)
		return;
	l->removals++;
	memcpy(remove.unit, l->add.unit, sizeof(remove.unit));
	/* A svlogd that does not know it yet learns of it first. */
	channel_send(m->logd, LOG_ADD, &l->add, sizeof(l->add), NULL, 0);
	channel_send(m->logd, LOG_REMOVE, &remove, sizeof(remove), NULL, 0);
}

void logs_add_all(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		m->services[i]->log_added = false;
		m->services[i]->removals = 0;
		if (has_streams(m->services[i]))
			logs_add(m->services[i]);
	}
	for (struct leaving *l = m->leaving; l; l = l->next) {
		l->removals = 0;
		send_leaving(m, l);
	}
}

void logs_note(struct service *s, const char *text)
{
	struct {
		struct log_name name;
		char text[512];
	} note = { 0 };
	size_t n = strlen(text);

	if (!s->m->logd || !s->log_added)
		return;
	if (n > sizeof(note.text))
		n = sizeof(note.text);
	snprintf(note.name.unit, sizeof(note.name.unit), "%s", s->unit->name);
	memcpy(note.text, text, n);
	channel_send(s->m->logd, LOG_NOTE, &note, sizeof(note.name) + n, NULL, 0);
}

void logs_forget(struct service *s)
{
	struct leaving *l;

	/* A unit that never came to its streams may still be known to svlogd, which then makes
	 * them. */
	if (!s->log_added && !has_streams(s))
		return;
	s->log_added = false;
	l = calloc(1, sizeof(*l));
	if (!l)
		return; /* the FIFOs stay until the end of svinit */
	fill_add(s, &l->add);
	l->removals = s->removals;
	for (int i = 0; i < 2; i++)
		l->fds[i] = take_fd(&s->streams[i]);
	l->next = s->m->leaving;
	s->m->leaving = l;
	send_leaving(s->m, l);
}

static void free_leaving(struct leaving *l)
{
	fd_close(&l->fds[0]);
	fd_close(&l->fds[1]);
	free(l);
}

void logs_removed(struct manager *m, const char *unit)
{
	struct leaving *l = take_leaving(m, unit);
	struct service *again = l ? NULL : service_find(m, unit);
	char name[UNIT_NAME_MAX + 16];

	if (again && again->removals)
		again->removals--;
	if (!l)
		return;
	if (l->removals && --l->removals) {
		/* An answer to an earlier unit of this name; one is still to come. */
		l->next = m->leaving;
		m->leaving = l;
		return;
	}
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "%s.%s", unit, i ? "stderr" : "stdout");
		unlinkat(m->streams_dir, name, 0);
	}
	free_leaving(l);
}

int logs_query(struct manager *m, const void *query, size_t size, int fd)
{
	if (!m->logd)
		return -ENOTCONN;
	return channel_send(m->logd, LOG_QUERY, query, size, &fd, 1);
}

int logs_finish(struct manager *m)
{
	if (!m->logd)
		return 0;
	return channel_send(m->logd, LOG_FINISH, NULL, 0, NULL, 0) == 0;
}

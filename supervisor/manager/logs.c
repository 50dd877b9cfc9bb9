#include "manager/logs.h"

#include "base/fd.h"
#include "base/str.h"
#include "proto/log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void stream_name(const struct service *s, enum log_stream stream, char *buf, size_t size)
{
	snprintf(buf, size, "%s.%s", s->unit->name, stream == STREAM_STDOUT ? "stdout" : "stderr");
}

int logs_open_stream(struct service *s, enum log_stream stream, struct error *e)
{
	char name[UNIT_NAME_MAX + 16];
	int dir = s->m->streams_dir;
	AUTO_CLOSE int fd = -1;
	struct stat st;

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

void logs_add(struct service *s)
{
	struct log_add add = {
		.max_file_bytes = s->unit->log.max_file_bytes,
		.max_files = s->unit->log.max_files,
	};

	if (s->log_added || !s->m->logd)
		return;
	snprintf(add.unit, sizeof(add.unit), "%s", s->unit->name);
	s->log_added = channel_send(s->m->logd, LOG_ADD, &add, sizeof(add), NULL, 0) == 0;
}

static bool has_streams(const struct service *s)
{
	char name[UNIT_NAME_MAX + 16];

	stream_name(s, STREAM_STDOUT, name, sizeof(name));
	return faccessat(s->m->streams_dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

void logs_add_all(struct manager *m)
{
	for (size_t i = 0; i < m->n_services; i++) {
		m->services[i]->log_added = false;
		if (has_streams(m->services[i]))
			logs_add(m->services[i]);
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
	struct log_name remove = { 0 };
	char name[UNIT_NAME_MAX + 16];

	snprintf(remove.unit, sizeof(remove.unit), "%s", s->unit->name);
	if (s->m->logd && s->log_added)
		channel_send(s->m->logd, LOG_REMOVE, &remove, sizeof(remove), NULL, 0);
	s->log_added = false;
	for (int i = 0; i < 2; i++) {
		stream_name(s, (enum log_stream)i, name, sizeof(name));
		unlinkat(s->m->streams_dir, name, 0);
		fd_close(&s->streams[i]);
	}
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

void logs_remove_streams(struct manager *m)
{
	int fd = openat(m->runtime_dir, "streams", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	if (!d) {
		fd_close(&fd);
		return;
	}
	while ((entry = readdir(d)))
		if (str_ends(entry->d_name, ".stdout") || str_ends(entry->d_name, ".stderr"))
			unlinkat(fd, entry->d_name, 0);
	closedir(d);
	unlinkat(m->runtime_dir, "streams", AT_REMOVEDIR);
}

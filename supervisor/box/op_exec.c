#include "box/ops.h"

#include "base/fd.h"
#include "proto/box.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Waits for the manager's byte; its end of file means that nobody wants this container any more. */
static void wait_for_go(struct box_child *c)
{
	char byte;
	ssize_t n;

	do
		n = read(c->go, &byte, 1);
	while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(BOX_EXIT_UNWANTED);
}

/* The interpreter after "#!" in the head of a script; false when it is no script. */
static bool script_interpreter(char *head, ssize_t n, char **ret)
{
	char *p = head + 2;

	if (n < 3 || head[0] != '#' || head[1] != '!')
		return false;
	head[n] = '\0';
	p += strspn(p, " \t");
	p[strcspn(p, " \t\n")] = '\0';
	*ret = p;
	return *p != '\0';
}

/* The dynamic loader of a 64-bit program, read from the file; false when it names none. */
static bool elf_interpreter(int fd, char *head, ssize_t n, char *buf, size_t size)
{
	const Elf64_Ehdr *elf = (const void *)head;

	if (n < (ssize_t)sizeof(*elf) || memcmp(head, ELFMAG, SELFMAG) != 0 ||
	    elf->e_ident[EI_CLASS] != ELFCLASS64 || elf->e_phentsize != sizeof(Elf64_Phdr))
		return false;
	for (unsigned i = 0; i < elf->e_phnum && i < 64; i++) {
		Elf64_Phdr part;
		ssize_t got =
			pread(fd, &part, sizeof(part), (off_t)(elf->e_phoff + i * sizeof(part)));

		if (got != sizeof(part))
			return false;
		if (part.p_type != PT_INTERP)
			continue;
		got = pread(fd, buf, size - 1, (off_t)part.p_offset);
		if (got <= 0)
			return false;
		buf[got] = '\0';
		return true;
	}
	return false;
}

/* execve says ENOENT also when the program is there and what shall run it is not: finds out. */
static int explain(struct box_child *c, const char *path, int error)
{
	_Alignas(8) char head[257];
	char loader[128], *name = NULL;
	AUTO_CLOSE int fd = -1;
	struct stat st;
	ssize_t n;

	if (error == ENOEXEC)
		return box_fail(c, error, "execve: %s: neither a program nor a script with #!",
				path);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return box_fail(c, EISDIR, "execve: %s", path);
	if (error != ENOENT && error != EACCES)
		return box_fail(c, error, "execve: %s", path);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	n = fd < 0 ? -1 : read(fd, head, sizeof(head) - 1);
	if (access(path, X_OK) < 0 || n <= 0)
		return box_fail(c, error, "execve: %s", path);
	if (!script_interpreter(head, n, &name) &&
	    elf_interpreter(fd, head, n, loader, sizeof(loader)))
		name = loader;
	if (name)
		return box_fail(c, error, "execve: %s: interpreter %s", path, name);
	return box_fail(c, error, "execve: %s", path);
}

static const char *path_of(const struct box_child *c)
{
	for (char **v = c->environ; *v; v++)
		if (strncmp(*v, "PATH=", 5) == 0)
			return *v + 5;
	return "";
}

/*
 * A name without a slash is looked for in PATH of the container's own environment, as a shell does:
 * what may not be executed is passed over, and reported only when nothing else turns up.
 */
static int search(struct box_child *c, char *const *words)
{
	char candidate[PATH_MAX], denied[PATH_MAX] = "";
	const char *path = path_of(c);

	for (const char *p = path; *p;) {
		size_t n = strcspn(p, ":");
		int length = snprintf(candidate, sizeof(candidate), "%.*s/%s", n ? (int)n : 1,
				      n ? p : ".", words[0]);
		int error;

		p += n + (p[n] == ':');
		if (length < 0 || (size_t)length >= sizeof(candidate))
			continue;
		execve(candidate, words, c->environ);
		error = errno;
		if (error == EACCES && !*denied)
			memcpy(denied, candidate, (size_t)length + 1);
		if (error == EACCES || error == ENOTDIR)
			continue;
		/* There, but not to be executed: what it needs is missing. */
		if (error != ENOENT || access(candidate, F_OK) == 0)
			return explain(c, candidate, error);
	}
	if (*denied)
		return explain(c, denied, EACCES);
	return box_fail(c, ENOENT, "execve: %s (PATH=%s)", words[0], path);
}

static char **word_list(struct box_child *c, const struct box_op *op)
{
	const char *next = box_string(c, op->a);
	char **words = calloc(op->n[0] + 1, sizeof(char *));

	for (uint64_t i = 0; words && i < op->n[0]; i++, next += strlen(next) + 1)
		words[i] = (char *)(uintptr_t)next;
	return words;
}

int op_exec(struct box_child *c, const struct box_op *op)
{
	char *none[] = { NULL }, **words = word_list(c, op);

	if (!words)
		return box_fail(c, ENOMEM, "the words of the program");
	if (!c->environ)
		c->environ = none;
	umask((mode_t)op->b);
	/* All are close-on-exec already; this holds even if one day one is not. */
	if (close_range(3, ~0U, CLOSE_RANGE_CLOEXEC) < 0 && errno != ENOSYS)
		return box_fail_errno(c, "close_range");
	wait_for_go(c);
	box_report_send(c, BOX_REPORT_EXEC, 0);
	if (!strchr(words[0], '/'))
		return search(c, words);
	execve(words[0], words, c->environ);
	return explain(c, words[0], errno);
}

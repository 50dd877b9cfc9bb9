#include "cgroup/library.h"

#include "base/str.h"

#include <errno.h>
#include <libcgroup.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/vfs.h>

static void drop_line(void *userdata, int level, const char *format, va_list ap)
{
	(void)userdata;
	(void)level;
	(void)format;
	(void)ap;
}

/* The library's number as a negative errno, with its text in the error. */
static int fail(struct error *e, int number, const char *what, const char *on)
{
	int code;

	switch (number) {
	case 0:
		return 0;
	case ECGOTHER:
		code = cgroup_get_last_errno() > 0 ? -cgroup_get_last_errno() : -EIO;
		return error_set(e, code, "%s: %s", what, on);
	case ECGROUPNOTCOMPILED:
	case ECGROUPNOTMOUNTED:
	case ECGROUPNOTINITIALIZED:
	case ECGROUPSUBSYSNOTMOUNTED:
	case ECGROUPNOTEXIST:
	case ECGROUPVALUENOTEXIST:
		code = -ENOENT;
		break;
	case ECGROUPNOTALLOWED:
	case ECGROUPNOTOWNER:
		code = -EACCES;
		break;
	case ECGINVAL:
		code = -EINVAL;
		break;
	default:
		code = -EIO;
	}
	return error_set(e, code, "%s: %s: libcgroup: %s", what, on, cgroup_strerror(number));
}

int library_init(struct error *e)
{
	cgroup_set_logger(drop_line, CGROUP_LOG_ERROR, NULL);
	return fail(e, cgroup_init(), "find hierarchies", "/proc/mounts");
}

char *library_mount(const char *controller)
{
	struct cgroup_mount_point *m = malloc(sizeof(*m));
	char *found = NULL;
	void *handle = NULL;
	int r;

	if (!m)
		return NULL;
	r = cgroup_get_controller_begin(&handle, m);
	for (; r == 0 && !found; r = cgroup_get_controller_next(&handle, m))
		if (str_eq(m->name, controller))
			found = strdup(m->path);
	cgroup_get_controller_end(&handle);
	free(m);
	return found;
}

char *library_mount_of_type(long magic)
{
	struct cgroup_mount_point *m = malloc(sizeof(*m));
	char *found = NULL;
	void *handle = NULL;
	struct statfs fs;
	int r;

	if (!m)
		return NULL;
	r = cgroup_get_controller_begin(&handle, m);
	for (; r == 0 && !found; r = cgroup_get_controller_next(&handle, m))
		if (statfs(m->path, &fs) == 0 && (long)fs.f_type == magic)
			found = strdup(m->path);
	cgroup_get_controller_end(&handle);
	free(m);
	return found;
}

int library_make(const char *group, const char *const *controllers, size_t n, struct error *e)
{
	struct cgroup *g = cgroup_new_cgroup(group);
	int r = 0;

	if (!g)
		return error_set(e, -ENOMEM, "make group: %s", group);
	for (size_t i = 0; i < n && r == 0; i++)
		if (!cgroup_add_controller(g, controllers[i]))
			r = error_set(e, -ENOMEM, "make group: %s", group);
	if (r == 0)
		r = fail(e, cgroup_create_cgroup(g, 1), "make group", group);
	cgroup_free(&g);
	return r;
}

int library_set(const struct library_value *v, const char *value, struct error *e)
{
	struct cgroup *g = cgroup_new_cgroup(v->group);
	struct cgroup_controller *c = g ? cgroup_add_controller(g, v->controller) : NULL;
	int r = -ENOMEM;

	if (c)
		r = fail(e, cgroup_add_value_string(c, v->file, value), v->file, value);
	if (c && r == 0) {
		AUTO_FREE char *what = str_printf("%s <- \"%s\"", v->file, value);

		r = fail(e, cgroup_modify_cgroup(g), "write", what ? what : v->file);
	}
	cgroup_free(&g);
	return r;
}

int library_get(const struct library_value *v, char *buf, size_t size, struct error *e)
{
	void *handle = NULL;
	char file[64];
	int r;

	/* It takes the name as char * and does not write to it; a copy costs less than a doubt. */
	strncpy(file, v->file, sizeof(file) - 1);
	file[sizeof(file) - 1] = '\0';
	r = cgroup_read_value_begin(v->controller, v->group, file, &handle, buf, (int)size);
	if (r == 0)
		cgroup_read_value_end(&handle);
	else if (r == ECGEOF)
		return error_set(e, -ENODATA, "read: %s", v->file);
	else
		return fail(e, r, "read", v->file);
	buf[strcspn(buf, "\n")] = '\0';
	return 0;
}

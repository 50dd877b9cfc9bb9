#include "manager/condition.h"

#include "base/fd.h"
#include "base/str.h"

#include <ctype.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

/* The operator in front of a value: its length, and what it demands of a three-way comparison. */
static void compares(const char *text, const char **ret_value, bool *ret_has_operator, int *ret_low,
		     int *ret_high)
{
	static const struct {
		const char *text;
		int low, high; /* the signs that are right */
	} operators[] = {
		{ "<=", -1, 0 }, { ">=", 0, 1 },  { "==", 0, 0 },
		{ "=", 0, 0 },   { "<", -1, -1 }, { ">", 1, 1 },
	};

	*ret_has_operator = false;
	*ret_value = text;
	for (size_t i = 0; i < sizeof(operators) / sizeof(operators[0]); i++) {
		const char *rest = str_after(text, operators[i].text);

		if (!rest)
			continue;
		while (*rest == ' ')
			rest++;
		*ret_value = rest;
		*ret_has_operator = true;
		*ret_low = operators[i].low;
		*ret_high = operators[i].high;
		return;
	}
	*ret_low = 0;
	*ret_high = 1; /* without an operator: at least */
}

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static bool kernel_holds(const char *text)
{
	struct utsname u;
	const char *value;
	bool has_operator;
	int low, high, c;

	if (uname(&u) < 0)
		return false;
	compares(text, &value, &has_operator, &low, &high);
	if (!has_operator)
		return fnmatch(text, u.release, 0) == 0;
	c = sign(strverscmp(u.release, value));
	return c >= low && c <= high;
}

static bool number_holds(const char *text, uint64_t have)
{
	static const char units[] = "KMGT";
	const char *value, *unit;
	bool has_operator;
	int low, high, c;
	uint64_t wanted;
	char *end;

	compares(text, &value, &has_operator, &low, &high);
	wanted = strtoull(value, &end, 10);
	unit = *end ? strchr(units, toupper((unsigned char)*end)) : NULL;
	if (unit)
		wanted <<= 10 * (unit - units + 1);
	c = have < wanted ? -1 : have > wanted;
	return c >= low && c <= high;
}

static bool host_holds(const char *text)
{
	struct utsname u;
	char id[64];

	if (uname(&u) == 0 && fnmatch(text, u.nodename, FNM_CASEFOLD) == 0)
		return true;
	if (fd_read_file(AT_FDCWD, "/etc/machine-id", id, sizeof(id)) < 0)
		return false;
	id[strcspn(id, "\n")] = '\0';
	return str_eq(id, text);
}

static bool has_hypervisor(void)
{
	static char cpuinfo[65536];

	/* Enough of it: every processor names the flag. A longer file is cut by -EFBIG. */
	if (access("/sys/hypervisor/type", F_OK) == 0)
		return true;
	fd_read_file(AT_FDCWD, "/proc/cpuinfo", cpuinfo, sizeof(cpuinfo));
	return strstr(cpuinfo, " hypervisor") != NULL;
}

static bool virtualization_holds(const struct manager *m, const char *text)
{
	bool container = m->mode == MODE_CONTAINER || getenv("container") != NULL;
	bool vm = !container && has_hypervisor();

	if (str_eq(text, "container"))
		return container;
	if (str_eq(text, "vm"))
		return vm;
	return (container || vm) == (str_eq(text, "yes") || str_eq(text, "true") ||
				     str_eq(text, "on") || str_eq(text, "1"));
}

static uint64_t cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : (uint64_t)CPU_COUNT(&set);
}

static bool holds(const struct manager *m, const struct unit_condition *c)
{
	struct stat st;

	switch (c->kind) {
	case CONDITION_PATH_EXISTS:
		return access(c->text, F_OK) == 0;
	case CONDITION_PATH_IS_DIRECTORY:
		return stat(c->text, &st) == 0 && S_ISDIR(st.st_mode);
	case CONDITION_FILE_NOT_EMPTY:
		return stat(c->text, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0;
	case CONDITION_KERNEL_VERSION:
		return kernel_holds(c->text);
	case CONDITION_HOST:
		return host_holds(c->text);
	case CONDITION_VIRTUALIZATION:
		return virtualization_holds(m, c->text);
	case CONDITION_MEMORY:
		return number_holds(c->text, (uint64_t)sysconf(_SC_PHYS_PAGES) *
						     (uint64_t)sysconf(_SC_PAGESIZE));
	case CONDITION_CPUS:
		return number_holds(c->text, cpus());
	}
	return false;
}

static void tell(const struct unit_condition *c, char *why, size_t size)
{
	snprintf(why, size, "%s:%u: %s: %s%s does not hold", c->at.file, c->at.line,
		 c->at.key ? c->at.key : "Condition", c->negate ? "!" : "", c->text);
}

enum condition_result condition_check(const struct service *s, char *why, size_t size)
{
	const struct unit *u = s->unit;

	/* Conditions first: a unit that is skipped has nothing to assert. */
	for (int assert = 0; assert < 2; assert++) {
		const struct unit_condition *last = NULL;
		bool any = false;

		for (size_t i = 0; i < u->n_conditions; i++) {
			const struct unit_condition *c = &u->conditions[i];
			bool well;

			if (c->assert != (bool)assert)
				continue;
			well = holds(s->m, c) != c->negate;
			if (c->trigger) {
				last = c;
				any = any || well;
			} else if (!well) {
				tell(c, why, size);
				return assert ? CONDITION_FAILS : CONDITION_SKIPS;
			}
		}
		if (last && !any) {
			tell(last, why, size);
			return assert ? CONDITION_FAILS : CONDITION_SKIPS;
		}
	}
	return CONDITION_HOLDS;
}

#include "init/claims.h"

#include <errno.h>
#include <signal.h>
#include <stddef.h>

/* Numbers are given out one after another, so the low bits spread best. */
static uint32_t bucket_of(pid_t pid)
{
	return (uint32_t)pid % CLAIMS_BUCKETS;
}

/* The oldest entry of that kind: entries are chained newest first. */
static uint32_t find(const struct claims *c, pid_t pid, bool exited)
{
	uint32_t found = 0;

	for (uint32_t i = c->bucket[bucket_of(pid)]; i; i = c->entry[i].chain)
		if (c->entry[i].exit.pid == pid && c->entry[i].exited == exited)
			found = i;
	return found;
}

int claims_add(struct claims *c, pid_t pid)
{
	uint32_t *head = &c->bucket[bucket_of(pid)], i = c->free;

	if (i)
		c->free = c->entry[i].chain;
	else if (c->used < CLAIMS_MAX)
		i = ++c->used;
	else
		return -ENOSPC;
	c->entry[i] = (struct claim){ .exit.pid = pid, .chain = *head };
	*head = i;
	c->n_live++;
	return 0;
}

bool claims_is_live(const struct claims *c, pid_t pid)
{
	return find(c, pid, false) != 0;
}

bool claims_has_exit(const struct claims *c, pid_t pid)
{
	return find(c, pid, true) != 0;
}

bool claims_exited(struct claims *c, const struct link_exit *x)
{
	uint32_t i = find(c, x->pid, false);
	struct claim *e = &c->entry[i];

	if (!i)
		return false;
	e->exit = *x;
	e->exited = true;
	e->before = c->last;
	e->after = 0;
	*(c->last ? &c->entry[c->last].after : &c->first) = i;
	c->last = i;
	if (!c->tell)
		c->tell = i;
	c->n_live--;
	return true;
}

static void unlist(struct claims *c, uint32_t i)
{
	struct claim *e = &c->entry[i];

	*(e->before ? &c->entry[e->before].after : &c->first) = e->after;
	*(e->after ? &c->entry[e->after].before : &c->last) = e->before;
	if (c->tell == i)
		c->tell = e->after;
}

void claims_release(struct claims *c, pid_t pid)
{
	uint32_t i = find(c, pid, true), *at = &c->bucket[bucket_of(pid)];

	if (i) {
		unlist(c, i);
	} else {
		i = find(c, pid, false);
		if (!i)
			return;
		c->n_live--;
	}
	while (*at != i)
		at = &c->entry[*at].chain;
	*at = c->entry[i].chain;
	c->entry[i] = (struct claim){ .chain = c->free };
	c->free = i;
}

const struct link_exit *claims_untold(const struct claims *c)
{
	return c->tell ? &c->entry[c->tell].exit : NULL;
}

void claims_told(struct claims *c)
{
	c->tell = c->entry[c->tell].after;
}

void claims_retell(struct claims *c)
{
	c->tell = c->first;
}

void claims_kill(const struct claims *c, int signal)
{
	for (uint32_t i = 1; i <= c->used; i++)
		if (c->entry[i].exit.pid > 0 && !c->entry[i].exited)
			kill(c->entry[i].exit.pid, signal);
}

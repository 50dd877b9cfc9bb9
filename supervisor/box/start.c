#include "box/start.h"

#include "base/fd.h"
#include "box/child.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void failed(struct box_start_result *ret, int error, int op, const char *call)
{
	ret->answer.pid = -1;
	ret->answer.error = -error;
	ret->answer.op = op;
	snprintf(ret->answer.call, sizeof(ret->answer.call), "%s", call);
}

/* The child shares nothing with svbox but the text: a plain copy, as after fork. */
static pid_t clone_child(const struct box_spec *spec, const int *inputs, int *ret_pidfd)
{
	struct clone_args args = {
		.flags = spec->clone_flags | CLONE_PARENT | CLONE_PIDFD,
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = 0, /* CLONE_PARENT: that of svbox itself */
	};

	if (spec->cgroup_input != BOX_NO_INPUT) {
		args.flags |= CLONE_INTO_CGROUP;
		args.cgroup = (unsigned)inputs[spec->cgroup_input];
	}
	return (pid_t)syscall(SYS_clone3, &args, sizeof(args));
}

static void child(const struct box_host *host, const struct box_spec *spec, const int *inputs,
		  int go) __attribute__((noreturn));

static void child(const struct box_host *host, const struct box_spec *spec, const int *inputs,
		  int go)
{
	struct box_child c = {
		.host = host,
		.spec = spec,
		.inputs = inputs,
		.go = go,
		.root = -1,
		.proc = -1,
		.sys = -1,
		.dev = -1,
	};

	box_child_run(&c);
}

void box_start(const struct box_host *host, const struct frame *f, const int own[2],
	       struct box_start_result *ret)
{
	const struct box_start *start = f->payload;
	const struct box_spec *spec = (const void *)(start + 1);
	const char *why;
	int op, go[2];
	pid_t pid;

	*ret = (struct box_start_result){ .answer = { .pid = -1, .op = -1 },
					  .pidfd = -1,
					  .go = -1 };
	if (f->size < sizeof(*start)) {
		failed(ret, EPROTO, -1, "BOX_START: too short");
		return;
	}
	ret->answer.token = start->token;
	if (box_spec_check(spec, f->size - sizeof(*start), f->n_fds, &op, &why) < 0) {
		failed(ret, EPROTO, op, why);
		return;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, go) < 0) {
		failed(ret, errno, -1, "socketpair");
		return;
	}
	pid = clone_child(spec, f->fds, &ret->pidfd);
	if (pid == 0) {
		close(go[0]);
		for (int i = 0; i < 2; i++)
			if (own[i] >= 0)
				close(own[i]);
		child(host, spec, f->fds, go[1]);
	}
	close(go[1]);
	ret->go = go[0];
	if (pid < 0) {
		failed(ret, errno, -1, "clone3");
		fd_close(&ret->go);
		return;
	}
	ret->answer.pid = pid;
	/* Only the manager's end must not block; the child waits at its own. */
	fd_nonblock(ret->go, 1);
}

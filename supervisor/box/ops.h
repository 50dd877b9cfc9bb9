#ifndef SVINIT_BOX_OPS_H
#define SVINIT_BOX_OPS_H

/*
 * The table of operations. Each returns 0, or negative errno after box_fail() noted the call.
 */

#include "box/child.h"
#include "box/spec.h"

typedef int (*box_op_run)(struct box_child *c, const struct box_op *op);

extern const box_op_run box_ops[BOX_OP_KINDS];

int op_join_cgroup(struct box_child *c, const struct box_op *op);
int op_cgroup_ns(struct box_child *c, const struct box_op *op);
int op_host_mounts(struct box_child *c, const struct box_op *op);
int op_root(struct box_child *c, const struct box_op *op);
int op_root_read_only(struct box_child *c, const struct box_op *op);
int op_pivot(struct box_child *c, const struct box_op *op);
int op_proc(struct box_child *c, const struct box_op *op);
int op_sys(struct box_child *c, const struct box_op *op);
int op_dev(struct box_child *c, const struct box_op *op);
int op_protect(struct box_child *c, const struct box_op *op);
int op_tree(struct box_child *c, const struct box_op *op);
int op_tmpfs(struct box_child *c, const struct box_op *op);
int op_hostname(struct box_child *c, const struct box_op *op);
int op_loopback(struct box_child *c, const struct box_op *op);
int op_oom_score(struct box_child *c, const struct box_op *op);
int op_nice(struct box_child *c, const struct box_op *op);
int op_rlimit(struct box_child *c, const struct box_op *op);
int op_user(struct box_child *c, const struct box_op *op);
int op_group(struct box_child *c, const struct box_op *op);
int op_stdio(struct box_child *c, const struct box_op *op);
int op_terminal(struct box_child *c, const struct box_op *op);
int op_environ(struct box_child *c, const struct box_op *op);
int op_capabilities(struct box_child *c, const struct box_op *op);
int op_identity(struct box_child *c, const struct box_op *op);
int op_no_new_privs(struct box_child *c, const struct box_op *op);
int op_directory(struct box_child *c, const struct box_op *op);
int op_exec(struct box_child *c, const struct box_op *op);

#endif

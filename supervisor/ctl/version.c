#include "ctl/call.h"
#include "ctl/member.h"
#include "ctl/verb.h"

#include <stdio.h>

int verb_version(const struct ctl *c)
{
	struct call call = { .method = "org.varlink.service.GetInfo", .kind = CALL_READ };
	const char *version = "not running";
	json_t *reply = NULL;
	int status = CTL_DONE;

	if (call_somebody_listens(c)) {
		status = call_once(c, &call, &reply);
		version =
			status == CTL_DONE ? member_string(reply, "version", "unknown") : "unknown";
	}
	if (c->json) {
		bool known = !str_eq(version, "not running");
		json_t *v = json_pack("{s:s,s:s?}", "svctl", SVINIT_VERSION, "supervisor",
				      known ? version : NULL);

		call_print_json(c, v);
		json_decref(v);
	} else {
		struct text t = { 0 };

		style_visible(&t, &c->out, version, strlen(version), false);
		printf("svctl " SVINIT_VERSION "\nsupervisor %s\n", t.data ? t.data : "unknown");
		text_fini(&t);
	}
	json_decref(reply);
	return status;
}

#include "manager/interface.h"

#include "base/str.h"

static const char io_svinit[] =
	"# The supervisor: units, their state and their logs.\n"
	"interface io.svinit\n"
	"\n"
	"type System (state: string, units: int, active: int, failed: int, broken: int,\n"
	"  version: string, pid: int, mode: string, since: ?string, target: string,\n"
	"  runtime: string, logs: string, cgroup: string, cgroup_reason: string)\n"
	"type Exit (reason: string, code: ?int, signal: ?int)\n"
	"type Unit (name: string, description: ?string, load: string, kind: string,\n"
	"  active: string, sub: string, pid: ?int, since: ?string, restarts: int,\n"
	"  health: ?string, memory_bytes: ?int, cpu_usec: ?int, tasks: ?int, exit: ?Exit,\n"
	"  source: string, files: []string, aliases: []string, not_enforced: []string, message: "
	"?string, next_start: "
	"?string,\n"
	"  job: ?string)\n"
	"type Setting (section: string, key: string, value: string, origin: string)\n"
	"type Cause (section: string, key: string, old: ?string, new: ?string, origin: string)\n"
	"type Change (name: string, change: string, causes: []Cause)\n"
	"type Node (name: string, active: string, sub: string, kind: string)\n"
	"type Edge (from: string, to: string, kind: string, origin: string)\n"
	"type Job (unit: string, result: string, message: string)\n"
	"\n"
	"method Status(units: ?[]string) -> (system: System, units: []Unit)\n"
	"method Show(unit: string) -> (unit: Unit, settings: []Setting)\n"
	"method Start(units: []string, block: ?bool, dry_run: ?bool) -> (jobs: []Job)\n"
	"method Stop(units: []string, block: ?bool, dry_run: ?bool) -> (jobs: []Job)\n"
	"method Restart(units: []string, block: ?bool, dry_run: ?bool) -> (jobs: []Job)\n"
	"method Kill(units: []string, signal: int, whom: ?string) -> ()\n"
	"method Run(name: ?string, text: string, terminal: ?bool)\n"
	"  -> (unit: ?string, pid: ?int, exit: ?Exit, message: ?string)\n"
	"method Logs(units: ?[]string, last: ?int, since_usec: ?int, until_usec: ?int,\n"
	"  follow: ?bool) -> ()\n"
	"method Reload() -> (changed: int)\n"
	"method Apply(dry_run: ?bool) -> (units: []Change)\n"
	"method Graph(units: ?[]string) -> (units: []Node, edges: []Edge)\n"
	"method ResetFailed(units: ?[]string) -> ()\n"
	"method Finish(how: string) -> ()\n"
	"\n"
	"error NoSuchUnit (unit: string, message: string)\n"
	"error NotPermitted (message: string)\n"
	"error BadUnit (message: string, diagnostics: []string)\n"
	"error Failed (message: string)\n"
	"error Stopping (message: string)\n";

static const char org_varlink_service[] =
	"interface org.varlink.service\n"
	"\n"
	"method GetInfo() -> (vendor: string, product: string, version: string, url: string,\n"
	"  interfaces: []string)\n"
	"method GetInterfaceDescription(interface: string) -> (description: string)\n"
	"\n"
	"error MethodNotFound (method: string)\n"
	"error InvalidParameter (parameter: string)\n";

const char *interface_description(const char *name)
{
	if (str_eq(name, "io.svinit"))
		return io_svinit;
	if (str_eq(name, "org.varlink.service"))
		return org_varlink_service;
	return NULL;
}

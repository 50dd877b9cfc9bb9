#include "net/loopback.h"

#include "base/fd.h"

#include <errno.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

int net_loopback_up(void)
{
	/* Flags go by any socket; AF_UNIX is there even in a kernel without IPv4. */
	AUTO_CLOSE int s = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP };

	if (s < 0)
		return -errno;
	return ioctl(s, SIOCSIFFLAGS, &request) < 0 ? -errno : 0;
}

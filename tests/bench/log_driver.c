/*
 * For log.sh: starts svlogd with one unit, lets `cat FILE` be the unit's process, and prints the
 * seconds until svlogd says that all is in the log.
 *
 *   log_driver SVLOGD FILE
 */
#include "../support/logd_driver.h"

static double now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int cat(const char *file, int out)
{
	int in = open(file, O_RDONLY);

	if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0)
		return 126;
	execlp("cat", "cat", (char *)NULL);
	return 127;
}

int main(int argc, char **argv)
{
	struct world w;
	int fifo, status = 0;
	double begin;
	pid_t pid;

	if (argc != 3) {
		fputs("usage: log_driver SVLOGD FILE\n", stderr);
		return 2;
	}
	world_make(&w);
	snprintf(w.program, sizeof(w.program), "%s", argv[1]);
	fifo = world_stream(&w, "bench", "stdout");
	world_start(&w);
	world_add(&w, "bench", (uint64_t)1 << 40, 5);
	world_finish(&w);
	begin = now_s();
	pid = fork();
	if (pid == 0)
		_exit(cat(argv[2], fifo));
	waitpid(pid, &status, 0);
	world_finish(&w);
	printf("%.4f\n", now_s() - begin);
	world_stop(&w);
	world_remove(&w);
	return status != 0;
}

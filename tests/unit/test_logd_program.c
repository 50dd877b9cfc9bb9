/* What svlogd does, seen from outside: frames and streams in, files out. */
#include "../support/logd_checks.h"

#include <sched.h>
#include <sys/mount.h>

static void both_streams_become_records(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "web", "stdout"), err = world_stream(w, "web", "stderr");
	char *text;

	world_add(w, "web", 1 << 20, 3);
	say(out, "one\n");
	world_finish(w);
	say(err, "two\n\nthree\n");
	world_finish(w);
	text = world_file(w, "web", "current", NULL);
	assert_true(text[4] == '-' && text[10] == 'T' && text[19] == '.' && text[29] == 'Z');
	free(text);
	assert_log(w, "web", "stdout F one\nstderr F two\nstderr F \nstderr F three\n");
	close(out);
	close(err);
}

static void fifos_are_made_when_missing(void **state)
{
	struct world *w = *state;
	char path[200];
	struct stat st;

	world_add(w, "new", 1 << 20, 3);
	world_finish(w);
	snprintf(path, sizeof(path), "%s/streams/new.stderr", w->runtime);
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISFIFO(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0666);
}

static void the_last_line_without_newline_is_closed(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");

	world_add(w, "u", 1 << 20, 3);
	say(out, "whole\nrest");
	world_finish(w);
	assert_log(w, "u", "stdout F whole\nstdout F rest\n");
	close(out);
}

static void a_waiting_tail_becomes_a_piece_and_is_ended_later(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");

	world_add(w, "u", 1 << 20, 3);
	world_finish(w);
	say(out, "Pass");
	world_sleep_ms(100);
	assert_log(w, "u", "");
	world_sleep_ms(250);
	assert_log(w, "u", "stdout P Pass\n");
	say(out, "word: \nnext\n");
	world_finish(w);
	assert_log(w, "u", "stdout P Pass\nstdout F word: \nstdout F next\n");
	close(out);
}

static void a_line_written_in_two_halves_is_one_record(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");

	world_add(w, "u", 1 << 20, 3);
	world_finish(w);
	say(out, "half ");
	world_sleep_ms(50);
	say(out, "whole\n");
	world_sleep_ms(50);
	assert_log(w, "u", "stdout F half whole\n");
	close(out);
}

static void a_piece_stays_a_piece_over_a_crash(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");

	world_add(w, "u", 1 << 20, 3);
	say(out, "half");
	assert_answer(w, "u", (struct log_query){ ALL }, "u stdout P half\n");
	world_kill(w);
	world_start(w);
	world_finish(w);
	assert_log(w, "u", "stdout P half\nstdout F \n");
	close(out);
}

static void long_lines_are_split_and_bytes_are_kept(void **state)
{
	static char line[40001];
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	size_t size, at = 0;
	char *all;

	world_add(w, "u", 1 << 20, 3);
	for (size_t i = 0; i < 40000; i++)
		line[i] = (char)(i % 256 == '\n' ? 0 : i % 256);
	line[40000] = '\n';
	assert_int_equal(fd_write_all(out, line, sizeof(line)), 0);
	world_finish(w);
	all = world_all(w, "u", &size, NULL);
	assert_int_equal(size, 40000 + 3 * (PREFIX + 1));
	for (int i = 0; i < 3; i++) {
		size_t n = i < 2 ? 16384 : 40000 - 2 * 16384;

		assert_int_equal(all[at + PREFIX - 2], i < 2 ? 'P' : 'F');
		assert_memory_equal(all + at + PREFIX, line + i * 16384, n);
		assert_int_equal(all[at + PREFIX + n], '\n');
		at += PREFIX + n + 1;
	}
	free(all);
	close(out);
}

static void rotation_keeps_the_size_the_number_and_whole_lines(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	struct dirent **entries;
	char path[200], line[64];
	unsigned files = 0;
	int n;

	world_add(w, "u", 1000, 4);
	for (int i = 0; i < 500; i++) {
		snprintf(line, sizeof(line), "line %d\n", i);
		say(out, line);
	}
	world_finish(w);
	snprintf(path, sizeof(path), "%s/u", w->logs);
	n = scandir(path, &entries, NULL, alphasort);
	for (int i = 0; i < n; i++) {
		size_t size = 0;
		char *text = NULL;

		if (entries[i]->d_name[0] != '.')
			text = world_file(w, "u", entries[i]->d_name, &size);
		if (text) {
			assert_in_range(size, 1, 1000);
			assert_int_equal(text[size - 1], '\n');
			assert_int_equal(text[4], '-');
			files++;
		}
		free(text);
		free(entries[i]);
	}
	free(entries);
	assert_int_equal(files, 4);
	assert_answer(w, "u", (struct log_query){ LAST(2) },
		      "u stdout F line 498\nu stdout F line 499\n");
	close(out);
}

static void a_record_larger_than_a_file_gets_its_own(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	unsigned files;

	world_add(w, "u", 60, 10);
	say(out, "a\nthis one is much longer than sixty bytes with its prefix\nb\n");
	world_finish(w);
	free(world_all(w, "u", NULL, &files));
	assert_int_equal(files, 3);
	assert_log(w, "u",
		   "stdout F a\nstdout F this one is much longer than sixty bytes with its "
		   "prefix\nstdout F b\n");
	close(out);
}

static void a_note_stands_behind_what_was_written(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout"), err = world_stream(w, "u", "stderr");

	world_add(w, "u", 1 << 20, 3);
	say(err, "dying");
	say(out, "bye\n");
	world_name(w, LOG_NOTE, "u", "exited\nwith status 1");
	world_finish(w);
	assert_log(w, "u", "stdout F bye\nstderr F dying\nstderr F svinit: exited with status 1\n");
	close(out);
	close(err);
}

static void remove_drains_and_forgets(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	char path[200];

	world_add(w, "u", 1 << 20, 3);
	say(out, "one\ntwo");
	world_name(w, LOG_REMOVE, "u", NULL);
	world_finish(w);
	assert_log(w, "u", "stdout F one\nstdout F two\n");
	say(out, "nobody reads this\n");
	world_finish(w);
	assert_log(w, "u", "stdout F one\nstdout F two\n");
	snprintf(path, sizeof(path), "%s/streams/u.stdout", w->runtime);
	assert_int_equal(unlink(path), 0);
	close(out);
}

static void a_new_fifo_under_the_old_name_is_taken(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout"), again;
	char path[200];

	world_add(w, "u", 1 << 20, 3);
	world_finish(w);
	say(out, "old\n");
	snprintf(path, sizeof(path), "%s/streams/u.stdout", w->runtime);
	unlink(path);
	again = world_stream(w, "u", "stdout");
	world_add(w, "u", 1 << 20, 3);
	say(again, "new\n");
	world_finish(w);
	assert_log(w, "u", "stdout F old\nstdout F new\n");
	close(out);
	close(again);
}

static void a_dead_manager_changes_nothing(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");

	world_add(w, "u", 1 << 20, 3);
	world_finish(w);
	fd_close(&w->channel);
	say(out, "alone\n");
	world_sleep_ms(100);
	assert_log(w, "u", "stdout F alone\n");
	world_connect_manager(w);
	say(out, "again\n");
	world_finish(w);
	assert_log(w, "u", "stdout F alone\nstdout F again\n");
	close(out);
}

static void the_end_of_the_link_drains_and_ends(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");

	world_add(w, "u", 1 << 20, 3);
	world_finish(w);
	kill(w->pid, SIGTERM); /* is ignored */
	kill(w->pid, SIGINT);
	kill(w->pid, SIGSTOP);
	say(out, "last");
	fd_close(&w->link);
	kill(w->pid, SIGCONT);
	assert_int_equal(world_stop(w), 0);
	assert_log(w, "u", "stdout F last\n");
	close(out);
}

static void senseless_frames_are_survived(void **state)
{
	struct world *w = *state;
	struct log_add add = { .max_file_bytes = 1, .max_files = 1, .unit = "../../etc" };
	int out = world_stream(w, "u", "stdout");

	frame_send(w->channel, LOG_ADD, &add, sizeof(add), NULL, 0);
	memset(add.unit, 'x', sizeof(add.unit));
	frame_send(w->channel, LOG_ADD, &add, sizeof(add), NULL, 0);
	frame_send(w->channel, LOG_ADD, &add, 7, NULL, 0);
	frame_send(w->channel, LOG_NOTE, &add, sizeof(struct log_name), NULL, 0);
	frame_send(w->channel, LOG_QUERY, &add, 3, NULL, 0);
	frame_send(w->channel, 4711, NULL, 0, NULL, 0);
	send(w->channel, "x", 1, 0);
	world_add(w, "u", 1 << 20, 3);
	say(out, "fine\n");
	world_finish(w);
	assert_log(w, "u", "stdout F fine\n");
	close(out);
}

static void a_removed_folder_is_made_again(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	char command[200];

	world_add(w, "u", 1 << 20, 3);
	say(out, "gone\n");
	world_finish(w);
	snprintf(command, sizeof(command), "rm -rf %s", w->logs);
	assert_int_equal(system(command), 0);
	say(out, "back\n");
	world_finish(w);
	assert_log(w, "u", "stdout F back\n");
	close(out);
}

static void a_cut_last_line_is_completed(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	char path[200];
	FILE *f;

	snprintf(path, sizeof(path), "%s", w->logs);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/u", w->logs);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/u/current", w->logs);
	f = fopen(path, "w");
	fputs("2026-01-02T03:04:05.678901234Z stdout F cut he", f);
	fclose(f);
	world_add(w, "u", 1 << 20, 3);
	say(out, "on\n");
	world_finish(w);
	assert_log(w, "u", "stdout F cut he\nstdout F on\n");
	close(out);
}

/* A folder where only a file can be, then the file goes: as a disk that fails and comes back. */
static void an_unwritable_log_waits_and_delays_nobody(void **state)
{
	struct world *w = *state;
	int bad = world_stream(w, "bad", "stdout"), good = world_stream(w, "good", "stdout");
	char path[200];

	mkdir(w->logs, 0755);
	snprintf(path, sizeof(path), "%s/bad", w->logs);
	close(open(path, O_WRONLY | O_CREAT, 0644));
	world_add(w, "bad", 1 << 20, 3);
	world_add(w, "good", 1 << 20, 3);
	say(bad, "patience\n");
	say(good, "now\n");
	world_sleep_ms(300);
	assert_log(w, "good", "stdout F now\n");
	unlink(path);
	say(bad, "more\n");
	world_sleep_ms(1300);
	assert_log(w, "bad", "stdout F patience\nstdout F more\n");
	close(bad);
	close(good);
}

/* A disk of 64 KiB that fills in the middle of a batch, and gets room later. */
static void a_full_disk_loses_doubles_and_cuts_nothing(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	unsigned i = 0, got;
	char line[64], *all, *p;

	world_kill(w); /* begin again, with the disk in place */
	if (unshare(CLONE_NEWNS) < 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		close(out);
		skip();
	}
	mkdir(w->logs, 0755);
	assert_int_equal(mount("tmpfs", w->logs, "tmpfs", 0, "size=64k"), 0);
	world_start(w);
	world_add(w, "u", 1 << 20, 3);
	for (; i < 3000; i++) {
		snprintf(line, sizeof(line), "number %u\n", i);
		say(out, line);
	}
	world_sleep_ms(200);
	world_kill(w);
	world_start(w);
	world_sleep_ms(200);
	assert_int_equal(mount(NULL, w->logs, NULL, MS_REMOUNT, "size=1m"), 0);
	world_sleep_ms(1200);
	world_finish(w);
	all = without_stamps(world_all(w, "u", NULL, NULL));
	for (i = 0, p = all; *p; p = strchr(p, '\n') + 1) {
		assert_int_equal(sscanf(p, "stdout F number %u", &got), 1);
		assert_int_equal(got, i++);
	}
	assert_int_equal(i, 3000);
	free(all);
	close(out);
	world_kill(w);
	umount(w->logs);
}

/* A unit that floods; the lines of another one must come through at once all the same. */
static void a_flood_does_not_delay_another_unit(void **state)
{
	struct world *w = *state;
	int flood = world_stream(w, "flood", "stdout"), calm = world_stream(w, "calm", "stdout");
	uint64_t worst = 0;
	pid_t pid;

	world_add(w, "flood", 10 << 20, 3);
	world_add(w, "calm", 1 << 20, 3);
	world_finish(w);
	pid = fork();
	if (pid == 0) {
		dup2(flood, 1);
		execlp("yes", "yes", "a line of the flood", (char *)NULL);
		_exit(127);
	}
	world_sleep_ms(50);
	for (int i = 0; i < 20; i++) {
		uint64_t begin = wall_usec(), took;
		size_t before, now;

		before = 0;
		free(world_file(w, "calm", "current", &before));
		say(calm, "calm\n");
		do {
			world_sleep_ms(1);
			now = 0;
			free(world_file(w, "calm", "current", &now));
		} while (now == before && wall_usec() - begin < 2000000);
		took = wall_usec() - begin;
		worst = took > worst ? took : worst;
		world_sleep_ms(5);
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	print_message("worst delay %llu us\n", (unsigned long long)worst);
	assert_true(worst < 250000);
	close(flood);
	close(calm);
}

static uint64_t wakeups(pid_t pid)
{
	char path[64], text[4096], *at;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	assert_true(fd_read_file(AT_FDCWD, path, text, sizeof(text)) > 0);
	at = strstr(text, "\nvoluntary_ctxt_switches:");
	return strtoull(at + 25, NULL, 10);
}

static void idle_is_no_wakeup_at_all(void **state)
{
	struct world *w = *state;
	int out = world_stream(w, "u", "stdout");
	uint64_t before;

	world_add(w, "u", 1 << 20, 3);
	say(out, "text\nwith a tail");
	world_finish(w);
	say(out, "tail");
	world_sleep_ms(1500);
	before = wakeups(w->pid);
	world_sleep_ms(500);
	assert_int_equal(wakeups(w->pid), before);
	close(out);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(both_streams_become_records),
		T(fifos_are_made_when_missing),
		T(the_last_line_without_newline_is_closed),
		T(a_waiting_tail_becomes_a_piece_and_is_ended_later),
		T(a_line_written_in_two_halves_is_one_record),
		T(a_piece_stays_a_piece_over_a_crash),
		T(long_lines_are_split_and_bytes_are_kept),
		T(rotation_keeps_the_size_the_number_and_whole_lines),
		T(a_record_larger_than_a_file_gets_its_own),
		T(a_note_stands_behind_what_was_written),
		T(remove_drains_and_forgets),
		T(a_new_fifo_under_the_old_name_is_taken),
		T(a_dead_manager_changes_nothing),
		T(the_end_of_the_link_drains_and_ends),
		T(senseless_frames_are_survived),
		T(a_removed_folder_is_made_again),
		T(a_cut_last_line_is_completed),
		T(an_unwritable_log_waits_and_delays_nobody),
		T(a_full_disk_loses_doubles_and_cuts_nothing),
		T(a_flood_does_not_delay_another_unit),
		T(idle_is_no_wakeup_at_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Messages over the control socket, however they arrive. */
#include "base/clock.h"
#include "ctl/wire.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

struct pair {
	struct wire w;
	int peer;
};

static int setup(void **state)
{
	struct pair *p = calloc(1, sizeof(*p));
	int fds[2];

	assert_non_null(p);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
	assert_int_equal(wire_adopt(&p->w, fds[0]), 0);
	p->peer = fds[1];
	*state = p;
	return 0;
}

static int teardown(void **state)
{
	struct pair *p = *state;

	wire_fini(&p->w);
	if (p->peer >= 0)
		close(p->peer);
	free(p);
	return 0;
}

static void put(struct pair *p, const char *data, size_t n)
{
	assert_int_equal(send(p->peer, data, n, MSG_NOSIGNAL), n);
}

static void a_message_byte_by_byte_is_whole(void **state)
{
	static const char message[] = "{\"a\":\"\\u00e4\"}";
	struct pair *p = *state;
	json_t *got = NULL;

	for (size_t i = 0; i < sizeof(message); i++) {
		assert_int_equal(wire_recv(&p->w, 0, &got), -EAGAIN);
		put(p, message + i, 1);
	}
	assert_int_equal(wire_recv(&p->w, 0, &got), 1);
	assert_string_equal(json_string_value(json_object_get(got, "a")), "ä");
	json_decref(got);
}

static void two_messages_in_one_packet_are_two(void **state)
{
	static const char two[] = "{\"n\":1}\0{\"n\":2}";
	struct pair *p = *state;

	put(p, two, sizeof(two));
	for (int i = 1; i <= 2; i++) {
		json_t *got = NULL;

		assert_int_equal(wire_recv(&p->w, 1, &got), 1);
		assert_int_equal(json_integer_value(json_object_get(got, "n")), i);
		json_decref(got);
	}
}

static void what_is_no_json_object_is_refused(void **state)
{
	static const char *const bad[] = { "",         "nonsense",          "[1]",
					   "{\"a\":1", "{\"a\":1,\"a\":2}", "{\"a\":\"\xff\"}",
					   "{} {}" };
	struct pair *p = *state;
	json_t *got = NULL;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put(p, bad[i], strlen(bad[i]) + 1);
		assert_int_equal(wire_recv(&p->w, 1, &got), -EPROTO);
	}
	assert_null(got);
}

static void a_closed_peer_is_the_end_even_inside_a_message(void **state)
{
	struct pair *p = *state;
	json_t *got = NULL;

	put(p, "{\"a\"", 4);
	close(p->peer);
	p->peer = -1;
	assert_int_equal(wire_recv(&p->w, 1, &got), 0);
}

static void a_silent_peer_meets_the_deadline(void **state)
{
	struct pair *p = *state;
	uint64_t start = clock_now_ms();
	json_t *got = NULL;

	put(p, "{", 1);
	wire_deadline(&p->w, 100);
	assert_int_equal(wire_recv(&p->w, 1, &got), -ETIMEDOUT);
	assert_in_range(clock_now_ms() - start, 99, 5000);
}

static void a_peer_that_does_not_read_meets_the_deadline(void **state)
{
	struct pair *p = *state;
	char *big = malloc(1 << 22);
	json_t *message;

	assert_non_null(big);
	memset(big, 'x', (1 << 22) - 1);
	big[(1 << 22) - 1] = '\0';
	message = json_pack("{s:s}", "text", big);
	wire_deadline(&p->w, 100);
	assert_int_equal(wire_send(&p->w, message, NULL, 0), -ETIMEDOUT);
	json_decref(message);
	free(big);
}

static void descriptors_arrive_in_order(void **state)
{
	struct pair *p = *state;
	struct wire other;
	int fds[2], got[2];
	json_t *message = json_object(), *received = NULL;
	char byte = 0;

	assert_int_equal(wire_adopt(&other, p->peer), 0);
	p->peer = -1;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(wire_send(&other, message, fds, 2), 0);
	assert_int_equal(wire_recv(&p->w, 1, &received), 1);
	got[0] = wire_take_fd(&p->w);
	got[1] = wire_take_fd(&p->w);
	assert_int_equal(wire_take_fd(&p->w), -1);
	assert_int_equal(fcntl(got[0], F_GETFD), FD_CLOEXEC);
	assert_int_equal(write(got[1], "x", 1), 1);
	assert_int_equal(read(fds[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	for (int i = 0; i < 2; i++) {
		close(got[i]);
		close(fds[i]);
	}
	wire_fini(&other);
	json_decref(message);
	json_decref(received);
}

static void connecting_to_nobody_names_the_place(void **state)
{
	struct error e = { 0 };
	struct wire w;
	char line[600];

	(void)state;
	assert_int_equal(wire_open(&w, "/nonexistent/control", 1000, &e), -ENOENT);
	assert_string_equal(
		error_format(&e, line, sizeof(line)),
		"no supervisor answers at /nonexistent/control: No such file or directory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		T(a_message_byte_by_byte_is_whole),
		T(two_messages_in_one_packet_are_two),
		T(what_is_no_json_object_is_refused),
		T(a_closed_peer_is_the_end_even_inside_a_message),
		T(a_silent_peer_meets_the_deadline),
		T(a_peer_that_does_not_read_meets_the_deadline),
		T(descriptors_arrive_in_order),
		T(connecting_to_nobody_names_the_place),
#undef T
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

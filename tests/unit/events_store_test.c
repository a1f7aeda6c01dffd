/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <sqlite3.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/json.h"
#include "core/state.h"
#include "events/inbox.h"
#include "events/outbox.h"
#include "events/store.h"

#define NOW_S INT64_C(1795176200)

static int
count_event(const struct event *e, void *arg)
{
	(*(int *)arg)++;
	return e->id == 0;
}

static int
count(struct events *e, const struct events_filter *f)
{
	struct err err;
	int n = 0;

	assert_int_equal(events_each(e, f, count_event, &n, &err), 0);
	return n;
}

static void
add(struct events *e, const char *uid, int64_t time_s, int64_t until_s,
    const char *kind, const char *host, const char *tag)
{
	struct event event;
	struct err err;

	event_init(&event);
	event.uid = uid;
	event.time_s = time_s;
	event.until_s = until_s;
	event.kind = kind;
	event.cluster = *host != '\0' ? "local" : "";
	event.host = host;
	event.title = "something";
	event.tags[event.n_tags++] = tag;
	assert_int_equal(event_check(&event, NOW_S, &err), 0);
	assert_int_equal(events_add(e, &event, &err), 1);
	assert_int_equal(events_add(e, &event, &err), 0);
}

static void
test_filters(void **state)
{
	char dir[64];
	struct err err;
	struct events *e, *ro;

	make_tmp(dir);
	assert_null(events_open_ro(dir, &err));
	assert_int_equal(err.code, ERR_NOT_FOUND);
	e = events_open(dir, &err);
	assert_non_null(e);
	add(e, "a", NOW_S - 100, 0, "annotation", "web1", "deploy");
	add(e, "b", NOW_S - 50, NOW_S - 10, "chaos", "web2", "chaos");
	add(e, "c", NOW_S - 90, EVENT_OPEN, "alert", "web1", "disk");
	add(e, "d", NOW_S, 0, "annotation", "", "deploy");
	ro = events_open_ro(dir, &err);
	assert_non_null(ro);
	assert_int_equal(count(ro, &(struct events_filter){0}), 4);
	/* touches the range: b by its end, c because it is not over */
	assert_int_equal(count(ro, &(struct events_filter){.from_s = NOW_S - 20,
							   .to_s = NOW_S - 5}),
			 2);
	assert_int_equal(count(ro, &(struct events_filter){.kind = "alert"}),
			 1);
	assert_int_equal(count(ro, &(struct events_filter){.tag = "deploy"}),
			 2);
	/* an event of no host concerns every host */
	assert_int_equal(count(ro, &(struct events_filter){.host = "web2"}), 2);
	assert_int_equal(count(ro, &(struct events_filter){.limit = 3}), 3);
	assert_int_equal(count(ro, &(struct events_filter){.after_id = 1}), 3);
	assert_int_equal(events_end(e, "c", NOW_S - 30, &err), 0);
	assert_int_equal(
	    count(ro, &(struct events_filter){.from_s = NOW_S - 20}), 2);
	assert_int_equal(events_end(e, "zzz", NOW_S, &err), -1);
	assert_int_equal(err.code, ERR_NOT_FOUND);
	/* the reader cannot write */
	assert_int_equal(events_record_put(ro, "k", "a", "{}", &err), -1);
	assert_int_equal(err.code, ERR_DENIED);
	assert_int_equal(events_purge(e, NOW_S - 20, &err), 2);
	assert_int_equal(count(ro, &(struct events_filter){0}), 2);
	events_close(&ro);
	events_close(&e);
	rm_tree(dir);
}

static int
same_event(const struct event *e, void *arg)
{
	const struct event *want = arg;

	assert_string_equal(e->uid, want->uid);
	assert_string_equal(e->text, want->text);
	assert_string_equal(e->series, want->series);
	assert_string_equal(e->data, want->data);
	assert_int_equal(e->n_tags, 2);
	assert_string_equal(e->tags[0], "a b");
	assert_string_equal(e->tags[1], "c");
	return 0;
}

static void
test_json_and_back(void **state)
{
	static const char text[] =
	    "{\"uid\":\"u1\",\"kind\":\"annotation\",\"time\":1795176100,"
	    "\"title\":\"T\",\"text\":\"two\\nlines '; DROP TABLE event;--\","
	    "\"series\":\"local/web1/disk.:\",\"tags\":[\"a b\",\"c\"],"
	    "\"data\":{\"x\":[1,2]},\"other\":3}";
	char dir[64];
	struct event event;
	struct err err;
	struct events *e;
	struct buf data, out;
	cJSON *json = json_parse(text, strlen(text), 4096, &err);

	make_tmp(dir);
	buf_init(&data, EVENT_DATA_MAX);
	buf_init(&out, 65536);
	assert_int_equal(event_from_json(json, NOW_S, &data, &event, &err), 0);
	assert_string_equal(event.data, "{\"x\":[1,2]}");
	e = events_open(dir, &err);
	assert_int_equal(events_add(e, &event, &err), 1);
	assert_int_equal(events_each(e, &(struct events_filter){0}, same_event,
				     &event, &err),
			 0);
	event_to_json(&event, &out);
	cJSON_Delete(json);
	json = json_parse(out.data, out.len, 65536, &err);
	assert_non_null(json);
	assert_string_equal(json_get_string(json, "title"), "T");
	assert_int_equal(cJSON_GetArraySize(json_get_array(json, "tags")), 2);
	cJSON_Delete(json);
	events_close(&e);
	buf_done(&data);
	buf_done(&out);
	rm_tree(dir);
}

static void
test_hostile_events_are_refused(void **state)
{
	static const char *const bad[] = {
	    "[]",
	    "{\"kind\":\"annotation\"}",
	    "{\"kind\":\"\",\"title\":\"x\"}",
	    "{\"kind\":\"A\",\"title\":\"x\"}",
	    "{\"kind\":\"a\",\"title\":7}",
	    "{\"kind\":\"a\",\"title\":\"x\\r\\nBcc: y\"}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"host\":\"../..\"}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"series\":\"../x\"}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"time\":\"now\"}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"time\":1e300}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"time\":5}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"until\":1300000000}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"tags\":\"a\"}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"tags\":[1]}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"tags\":[\"\"]}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"tags\":[\"a\\nb\"]}",
	    "{\"kind\":\"a\",\"title\":\"x\",\"data\":[1]}",
	};
	struct event event;
	struct buf data;
	struct err err;

	buf_init(&data, EVENT_DATA_MAX);
	for (size_t i = 0; i < COUNT(bad); i++) {
		cJSON *json = json_parse(bad[i], strlen(bad[i]), 4096, &err);

		assert_non_null(json);
		buf_reset(&data);
		if (event_from_json(json, NOW_S, &data, &event, &err) == 0)
			fail_msg("accepted: %s", bad[i]);
		cJSON_Delete(json);
	}
	buf_done(&data);
}

static int
keys(const char *key, const char *json, void *arg)
{
	buf_fmt(arg, "%s=%s ", key, json);
	return 0;
}

static void
test_a_transaction_is_whole(void **state)
{
	char dir[64];
	struct err err;
	struct events *e;
	struct buf out;
	int status;
	pid_t pid;

	make_tmp(dir);
	buf_init(&out, 1000);
	e = events_open(dir, &err);
	assert_int_equal(events_record_put(e, "k", "a", "1", &err), 0);
	assert_int_equal(events_begin(e, &err), 0);
	assert_int_equal(events_record_put(e, "k", "a", "2", &err), 0);
	assert_int_equal(events_record_put(e, "k", "b", "2", &err), 0);
	events_abort(e);
	events_close(&e);
	/* a process that dies inside a transaction leaves nothing of it */
	pid = fork();
	if (pid == 0) {
		e = events_open(dir, &err);
		(void)events_begin(e, &err);
		(void)events_record_put(e, "k", "c", "3", &err);
		_exit(kill(getpid(), 9));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFSIGNALED(status));
	e = events_open(dir, &err);
	assert_int_equal(events_record_put(e, "other", "z", "9", &err), 0);
	assert_int_equal(events_record_each(e, "k", keys, &out, &err), 0);
	assert_string_equal(out.data, "a=1 ");
	assert_int_equal(events_record_remove(e, "k", "a", &err), 0);
	buf_reset(&out);
	assert_int_equal(events_record_each(e, "k", keys, &out, &err), 0);
	assert_string_equal(out.data, "");
	events_close(&e);
	buf_done(&out);
	rm_tree(dir);
}

static void
test_damage_is_put_aside(void **state)
{
	char dir[64], path[128], junk[8192];
	struct err err;
	struct events *e;

	make_tmp(dir);
	memset(junk, 'x', sizeof(junk));
	(void)snprintf(path, sizeof(path), "%s/" STATE_EVENTS, dir);
	assert_int_equal(file_write(path, junk, sizeof(junk), 0644, &err), 0);
	e = events_open(dir, &err);
	assert_non_null(e);
	assert_int_equal(count(e, &(struct events_filter){.kind = "robin"}), 1);
	events_close(&e);
	e = events_open(dir, &err);
	assert_int_equal(count(e, &(struct events_filter){0}), 1);
	events_close(&e);
	rm_tree(dir);
}

static void
test_a_newer_schema_is_left_alone(void **state)
{
	char dir[64], path[128];
	struct err err;
	struct events *e;
	sqlite3 *db;

	make_tmp(dir);
	e = events_open(dir, &err);
	events_close(&e);
	(void)snprintf(path, sizeof(path), "%s/" STATE_EVENTS, dir);
	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
	    sqlite3_exec(db, "PRAGMA user_version=99", NULL, NULL, NULL),
	    SQLITE_OK);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
	assert_null(events_open(dir, &err));
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	assert_null(events_open_ro(dir, &err));
	assert_int_equal(err.code, ERR_UNSUPPORTED);
	rm_tree(dir);
}

static int
see(const struct outbox_message *m, void *arg)
{
	buf_fmt(arg, "%s:%s:%d ", m->channel, m->body, (int)m->attempts);
	return 0;
}

static void
test_outbox(void **state)
{
	char dir[64];
	struct err err;
	struct events *e;
	struct buf out;
	int64_t evicted = 0;
	struct outbox_message m = {.channel = "mail", .topic = "t"};

	make_tmp(dir);
	buf_init(&out, 1000);
	e = events_open(dir, &err);
	m.body = "1";
	m.keep = 1; /* a resolve: stays while anything else can go */
	assert_int_equal(outbox_put(e, &m, 3, &evicted, &err), 0);
	m.keep = 0;
	for (int i = 2; i <= 5; i++) {
		char body[2] = {(char)('0' + i), '\0'};

		m.body = body;
		assert_int_equal(outbox_put(e, &m, 3, &evicted, &err), 0);
	}
	assert_int_equal(evicted, 2);
	m.channel = "chat";
	m.body = "9";
	assert_int_equal(outbox_put(e, &m, 3, &evicted, &err), 0);
	assert_int_equal(outbox_count(e, "mail", &err), 3);
	assert_int_equal(outbox_count(e, NULL, &err), 4);
	assert_int_equal(outbox_heads(e, see, &out, &err), 0);
	assert_string_equal(out.data, "chat:9:0 mail:1:0 ");
	assert_int_equal(outbox_retry(e, 1, 5000, "refused", &err), 0);
	buf_reset(&out);
	assert_int_equal(outbox_heads(e, see, &out, &err), 0);
	assert_string_equal(out.data, "chat:9:0 mail:1:1 ");
	assert_int_equal(outbox_remove(e, 1, &err), 0);
	buf_reset(&out);
	assert_int_equal(outbox_heads(e, see, &out, &err), 0);
	assert_string_equal(out.data, "chat:9:0 mail:4:0 ");
	events_close(&e);
	buf_done(&out);
	rm_tree(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_filters),
	    cmocka_unit_test(test_json_and_back),
	    cmocka_unit_test(test_hostile_events_are_refused),
	    cmocka_unit_test(test_a_transaction_is_whole),
	    cmocka_unit_test(test_damage_is_put_aside),
	    cmocka_unit_test(test_a_newer_schema_is_left_alone),
	    cmocka_unit_test(test_outbox),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

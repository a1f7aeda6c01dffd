/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include <unistd.h>

#include "core/buf.h"
#include "core/state.h"
#include "events/board.h"
#include "events/inbox.h"

#define ONE "{\"title\":\"One\",\"panels\":[]}"
#define TWO                                                                    \
	"{\"title\":\"Two\",\"panels\":[{\"graph\":\"a/b/c.d\",\"range\":"     \
	"\"week\",\"wide\":true}]}"

static struct inbox in;

/* What board_check makes of a text; NULL when it refuses. */
static const char *
checked(const char *text)
{
	static struct buf out;
	cJSON *doc = json_parse(text, strlen(text), 1 << 20, NULL);
	int rc;

	buf_done(&out);
	buf_init(&out, BOARD_BYTES_MAX + 1);
	rc = board_check(doc, &out, NULL);
	cJSON_Delete(doc);
	return rc == 0 ? out.data : NULL;
}

static void
test_check(void **state)
{
	static const char *const bad[] = {
	    "[]",
	    "{}",
	    "{\"title\":\"\",\"panels\":[]}",
	    "{\"title\":1,\"panels\":[]}",
	    "{\"title\":\"x\",\"panels\":{}}",
	    "{\"title\":\"x\",\"panels\":[1]}",
	    "{\"title\":\"x\",\"panels\":[{\"graph\":\"a/b\",\"range\":"
	    "\"day\"}]}",
	    "{\"title\":\"x\",\"panels\":[{\"graph\":\"a/b/c\"}]}",
	    "{\"title\":\"x\",\"panels\":[{\"graph\":\"a/b/c\",\"range\":"
	    "\"day\",\"wide\":1}]}",
	};

	assert_string_equal(checked(TWO), TWO);
	assert_string_equal(
	    checked("{\"x\":1,\"panels\":[{\"range\":\"week\",\"wide\":true,"
		    "\"graph\":\"a/b/c.d\",\"y\":2}],\"title\":\"Two\"}"),
	    TWO);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_null(checked(bad[i]));
}

/* A dashboard whose title has n bytes that are no UTF-8. */
static const char *
broken_title(int n)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "{\"title\":\"%0*d\",\"panels\":[]}",
		       n, 0);
	for (char *c = strchr(text, '0'); *c == '0'; c++)
		*c = (char)0xfd;
	return text;
}

/* What is no UTF-8 is written longer than it came. */
static void
test_title_as_written(void **state)
{
	char again[1024];
	const char *json;

	assert_null(checked(broken_title(120))); /* 360 bytes then */
	json = checked(broken_title(100));
	assert_non_null(json);
	(void)snprintf(again, sizeof(again), "%s", json);
	assert_string_equal(checked(again), again);
}

static void
test_names(void **state)
{
	assert_true(board_name_valid("web-1"));
	assert_false(board_name_valid(""));
	assert_false(board_name_valid("-web"));
	assert_false(board_name_valid("Web"));
	assert_false(board_name_valid("a/b"));
	assert_false(board_name_valid("0123456789012345678901234567890123456789"
				      "0"));
}

/* Takes what waits, as robin-alert does. */
static void
take(const char *dir)
{
	struct err err = {0};
	struct events *db = events_open(dir, &err);

	assert_non_null(db);
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(events_begin(db, &err), 0);
	for (size_t i = 0; i < in.n; i++)
		assert_int_equal(board_take(db, in.items[i].json, &err), 0);
	assert_int_equal(events_commit(db, &err), 0);
	assert_int_equal(inbox_remove(&in, &err), 0);
	inbox_done(&in);
	events_close(&db);
}

/* The json of a name, as boards_read sees it. */
static const char *
seen(const char *dir, const char *user, const char *name, struct boards *b)
{
	struct err err = {0};
	const struct board *found;

	boards_done(b);
	assert_int_equal(boards_read(dir, user, b, &err), 0);
	found = boards_find(b, name);
	return found != NULL ? found->json : NULL;
}

static void
change(const char *dir, const char *user, const char *json, struct boards *b)
{
	struct err err = {0};

	boards_done(b);
	assert_int_equal(boards_read(dir, user, b, &err), 0);
	assert_int_equal(
	    boards_change(dir, user, "web", json, boards_find(b, "web"), &err),
	    0);
}

static void
test_waiting_over_stored(void **state)
{
	static struct boards b;
	struct err err = {0};
	char dir[64];

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	assert_null(seen(dir, "anna", "web", &b));
	change(dir, "anna", ONE, &b);
	assert_string_equal(seen(dir, "anna", "web", &b), ONE);
	take(dir);
	assert_string_equal(seen(dir, "anna", "web", &b), ONE);
	change(dir, "anna", ONE, &b);
	change(dir, "anna", TWO, &b);
	assert_string_equal(seen(dir, "anna", "web", &b), TWO);
	assert_int_equal(inbox_read(dir, &in, &err), 0);
	assert_int_equal(in.n, 1); /* the later one stands for both */
	inbox_done(&in);
	/* a name that begins like another's is not that one's */
	assert_null(seen(dir, "ann", "web", &b));
	assert_null(seen(dir, "anna2", "web", &b));
	take(dir);
	assert_null(seen(dir, "ann", "web", &b));
	change(dir, "anna", NULL, &b);
	assert_null(seen(dir, "anna", "web", &b));
	assert_int_equal(boards_count(&b), 0);
	take(dir);
	assert_null(seen(dir, "anna", "web", &b));
	assert_int_equal(b.n, 0);
	boards_done(&b);
	rm_tree(dir);
}

/* Messages that nobody should have dropped. */
static void
test_hostile_messages(void **state)
{
	static const char *const bad[] = {
	    "{\"kind\":\"dashboard\"}",
	    "{\"kind\":\"dashboard\",\"user\":\"a/b\",\"name\":\"x\",\"board\":"
	    "null}",
	    "{\"kind\":\"dashboard\",\"user\":\"a\",\"name\":\"../x\","
	    "\"board\":null}",
	    "{\"kind\":\"dashboard\",\"user\":\"a\",\"name\":\"x\"}",
	    "{\"kind\":\"dashboard\",\"user\":\"a\",\"name\":\"x\",\"board\":"
	    "{}}",
	};
	struct err err = {0};
	struct events *db;
	char dir[64];

	make_tmp(dir);
	assert_int_equal(state_init(dir, &err), 0);
	db = events_open(dir, &err);
	assert_non_null(db);
	for (size_t i = 0; i < COUNT(bad); i++) {
		cJSON *json = json_parse(bad[i], strlen(bad[i]), 1 << 16, &err);

		assert_non_null(json);
		assert_int_equal(board_take(db, json, &err), 1);
		cJSON_Delete(json);
	}
	events_close(&db);
	rm_tree(dir);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_check),
	    cmocka_unit_test(test_title_as_written),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_waiting_over_stored),
	    cmocka_unit_test(test_hostile_messages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

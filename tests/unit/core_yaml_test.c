/* SPDX-License-Identifier: MIT */
#include "tests/unit/test.h"

#include "core/yaml.h"

static void
test_a_tree_with_places(void **state)
{
	static const char text[] = "rules:\n"
				   "  disk: {warning: 85%, \"a b\": '1'}\n"
				   "  list:\n"
				   "    - one\n"
				   "    - k: v\n"
				   "empty:\n";
	struct err err;
	struct yaml_tree *y = yaml_tree_read("f.yml", text, strlen(text), &err);
	const struct yaml_item *rules, *disk, *list;

	assert_non_null(y);
	assert_int_equal(yaml_tree_root(y)->n, 2);
	rules = yaml_tree_find(yaml_tree_root(y), "rules");
	disk = yaml_tree_find(rules, "disk");
	assert_string_equal(yaml_tree_find(disk, "warning")->text, "85%");
	assert_true(yaml_tree_find(disk, "warning")->plain);
	assert_false(yaml_tree_find(disk, "a b")->plain);
	assert_int_equal(yaml_tree_find(disk, "warning")->line, 2);
	assert_int_equal(yaml_tree_find(disk, "warning")->col, 19);
	list = yaml_tree_find(rules, "list");
	assert_int_equal(list->kind, YAML_LIST);
	assert_string_equal(list->first->text, "one");
	assert_string_equal(yaml_tree_find(list->first->next, "k")->text, "v");
	assert_string_equal(yaml_tree_find(yaml_tree_root(y), "empty")->text,
			    "");
	assert_null(yaml_tree_find(rules, "none"));
	yaml_tree_fail(y, list->first, &err, "no %s", "good");
	assert_string_equal(err.msg, "f.yml:4:7: no good");
	yaml_tree_free(&y);
}

static void
test_refused(void **state)
{
	static const struct {
		const char *text, *where;
	} bad[] = {
	    {"a: &x 1\nb: *x\n", "f:1:4"},
	    {"a: 1\na: 2\n", "f:2:1"},
	    {"a: !!int 1\n", "f:1:4"},
	    {"a: 1\n---\nb: 2\n", "f:2:1"},
	    {"? [x]\n: 1\n", "f:1:3"},
	    {"a: [1\n", "f:"},
	    {"a: \"\\0\"\n", "f:1:4"},
	    {"[[[[[[[[[[[[[1]]]]]]]]]]]]]", "f:1:13"},
	    {"a:\n\t- 1\n", "f:"},
	};
	struct err err;

	for (size_t i = 0; i < COUNT(bad); i++) {
		assert_null(yaml_tree_read("f", bad[i].text,
					   strlen(bad[i].text), &err));
		assert_int_equal(err.code, ERR_CONFIG);
		if (strncmp(err.msg, bad[i].where, strlen(bad[i].where)) != 0)
			fail_msg("%s: %s", bad[i].text, err.msg);
	}
}

static void
test_empty(void **state)
{
	struct err err;
	struct yaml_tree *y = yaml_tree_read("f", "# nothing\n", 10, &err);

	assert_non_null(y);
	assert_null(yaml_tree_root(y));
	yaml_tree_free(&y);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_tree_with_places),
	    cmocka_unit_test(test_refused),
	    cmocka_unit_test(test_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

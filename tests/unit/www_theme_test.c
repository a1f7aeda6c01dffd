/* SPDX-License-Identifier: MIT */
/* Tests of www/theme.h, out.h and draw.h: templates, assets, files. */
#include "tests/unit/test.h"

#include <math.h>
#include <sys/stat.h>
#include <zlib.h>

#include "core/buf.h"
#include "core/file.h"
#include "www/draw.h"
#include "www/out.h"
#include "www/theme.h"

static void
save(const char *dir, const char *name, const char *text)
{
	char path[300];
	struct err err = {0};

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	*strrchr(path, '/') = '\0';
	assert_int_equal(file_mkdirs(path, 0755, &err), 0);
	path[strlen(path)] = '/';
	if (file_write(path, text, strlen(text), 0644, &err) != 0)
		fail_msg("%s", err.msg);
}

static void
put_loud(struct site *s, const void *arg, struct buf *b)
{
	(void)s;
	buf_str(b, arg);
}

static void
holes_are_filled_each_in_its_way(void **state)
{
	const struct slot slots[] = {{.name = "a", .text = "<&>"},
				     {.name = "b", .fn = put_loud}};
	struct err err = {0};
	struct theme *t;
	struct buf b;
	char dir[64];

	(void)state;
	make_tmp(dir);
	save(dir, "templates/x.html", "1{{a}}2{{b}}{{asset:own.css}}3");
	save(dir, "assets/own.css", "p{}");
	t = theme_new(dir, &err);
	assert_non_null(t);
	buf_init(&b, 4096);
	assert_int_equal(
	    theme_fill(t, "x.html", slots, 2, NULL, "<i>", &b, &err), 0);
	assert_memory_equal(b.data, "1&lt;&amp;&gt;2<i>/a/own-", 24);
	assert_string_equal(b.data + b.len - 5, ".css3");
	buf_done(&b);
	theme_free(&t);
	rm_tree(dir);
}

static void
an_unknown_hole_is_told_with_its_line(void **state)
{
	struct err err = {0};
	struct theme *t;
	struct buf b;
	char dir[64];

	(void)state;
	make_tmp(dir);
	save(dir, "templates/x.html", "one\ntwo {{nope}}");
	save(dir, "templates/y.html", "one\n\n{{open");
	t = theme_new(dir, &err);
	buf_init(&b, 4096);
	assert_int_equal(theme_fill(t, "x.html", NULL, 0, NULL, NULL, &b, &err),
			 -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.msg, "templates/x.html:2:"));
	assert_int_equal(theme_fill(t, "y.html", NULL, 0, NULL, NULL, &b, &err),
			 -1);
	assert_non_null(strstr(err.msg, "templates/y.html:3:"));
	buf_done(&b);
	theme_free(&t);
	rm_tree(dir);
}

static void
the_users_file_replaces_ours_and_changes_the_hash(void **state)
{
	struct err err = {0};
	struct theme *ours, *theirs;
	char dir[64], was[120];

	(void)state;
	make_tmp(dir);
	ours = theme_new(NULL, &err);
	assert_non_null(theme_asset(ours, "site.css"));
	assert_null(theme_asset(ours, "nothing.css"));
	assert_null(theme_asset(ours, "page.html")); /* a template is none */
	(void)snprintf(was, sizeof(was), "%s", theme_asset(ours, "site.css"));
	save(dir, "assets/site.css", "body{color:red}");
	save(dir, "assets/.hidden", "x");
	save(dir, "assets/with space", "x");
	theirs = theme_new(dir, &err);
	assert_string_not_equal(was, theme_asset(theirs, "site.css"));
	assert_null(theme_asset(theirs, ".hidden"));
	assert_null(theme_asset(theirs, "with space"));
	assert_true(theme_hash(ours) != theme_hash(theirs));
	theme_free(&ours);
	theme_free(&theirs);
	rm_tree(dir);
}

static void
gunzip(const char *path, struct buf *out)
{
	gzFile f = gzopen(path, "rb");
	char chunk[4096];
	int n;

	assert_non_null(f);
	while ((n = gzread(f, chunk, sizeof(chunk))) > 0)
		buf_put(out, chunk, (size_t)n);
	assert_int_equal(gzclose(f), Z_OK);
}

static void
a_file_is_written_once_and_its_twin_says_the_same(void **state)
{
	struct err err = {0};
	struct buf b, twin;
	struct stat st, later;
	char dir[64], path[200];
	struct out o;

	(void)state;
	make_tmp(dir);
	assert_int_equal(out_init(&o, dir, &err), 0);
	buf_init(&b, 1 << 20);
	buf_init(&twin, 1 << 20);
	for (int i = 0; i < 5000; i++)
		buf_fmt(&b, "line %d\n", i);
	assert_int_equal(out_write(&o, "deep/er/x.html", &b, &err), 1);
	(void)snprintf(path, sizeof(path), "%s/deep/er/x.html", dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(out_write(&o, "deep/er/x.html", &b, &err), 0);
	assert_int_equal(stat(path, &later), 0);
	assert_int_equal(st.st_ino, later.st_ino);
	assert_int_equal(o.written, 1);
	assert_int_equal(o.unchanged, 1);
	(void)snprintf(path, sizeof(path), "%s/deep/er/x.html.gz", dir);
	gunzip(path, &twin);
	assert_int_equal(twin.len, b.len);
	assert_memory_equal(twin.data, b.data, b.len);
	buf_str(&b, "!");
	assert_int_equal(out_write(&o, "deep/er/x.html", &b, &err), 1);
	buf_reset(&twin);
	gunzip(path, &twin);
	assert_memory_equal(twin.data, b.data, b.len);
	buf_done(&b);
	buf_done(&twin);
	out_done(&o);
	rm_tree(dir);
}

static void
a_page_that_failed_is_not_written(void **state)
{
	struct err err = {0};
	struct buf b;
	struct out o;
	char dir[64];

	(void)state;
	make_tmp(dir);
	assert_int_equal(out_init(&o, dir, &err), 0);
	buf_init(&b, 4);
	buf_str(&b, "too much");
	assert_int_equal(out_write(&o, "x", &b, &err), -1);
	assert_int_equal(err.code, ERR_TOO_LARGE);
	assert_false(out_exists(&o, "x"));
	buf_done(&b);
	out_done(&o);
	rm_tree(dir);
}

static void
pictures_hold_their_bounds_and_gaps(void **state)
{
	static const double v[] = {NAN, 0, 0.5, NAN, 2, -1, 0.1};
	static const int cells[] = {-1, 0, 0, 2, 1, -1};
	struct buf b;

	(void)state;
	buf_init(&b, 65536);
	draw_spark(&b, v, COUNT(v), 1, "a \"label\"");
	assert_null(strstr(b.data, "nan"));
	assert_non_null(strstr(b.data, "aria-label=\"a &quot;label&quot;\""));
	/* two runs between the gaps, both begun and ended below the foot */
	assert_non_null(strstr(b.data, "M40 60V54h0l40-13h1V60"));
	assert_non_null(strstr(b.data, "M160 60V2h0l40 52l40-3h4V60"));
	buf_reset(&b);
	draw_spark(&b, v, 0, 0, "none");
	assert_non_null(strstr(b.data, "<path d=\"\"/>"));
	buf_reset(&b);
	draw_gauge(&b, 7.5, HEALTH_CRITICAL, "x");
	assert_non_null(strstr(b.data, "stroke-dasharray=\"100 200\""));
	buf_reset(&b);
	draw_gauge(&b, NAN, HEALTH_OK, "x");
	assert_null(strstr(b.data, "nan"));
	buf_reset(&b);
	draw_bar(&b, -3, HEALTH_OK);
	assert_non_null(strstr(b.data, "<rect width=\"0\""));
	buf_reset(&b);
	draw_strip(&b, cells, COUNT(cells), "x");
	assert_non_null(strstr(b.data, "class=\"ok\" d=\"M7 0h4v24h-4zM13 "));
	assert_non_null(strstr(b.data, "class=\"crit\""));
	/* the content policy allows no inline style */
	assert_null(strstr(b.data, "style="));
	buf_done(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(holes_are_filled_each_in_its_way),
	    cmocka_unit_test(an_unknown_hole_is_told_with_its_line),
	    cmocka_unit_test(the_users_file_replaces_ours_and_changes_the_hash),
	    cmocka_unit_test(a_file_is_written_once_and_its_twin_says_the_same),
	    cmocka_unit_test(a_page_that_failed_is_not_written),
	    cmocka_unit_test(pictures_hold_their_bounds_and_gaps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

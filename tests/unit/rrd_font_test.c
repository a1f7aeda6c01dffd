/* SPDX-License-Identifier: MIT */
/*
 * Text of pictures: only valid UTF-8 reaches cairo, it fits where it must,
 * and a machine without any font still draws.
 */
#include "tests/unit/test.h"

#include <sys/wait.h>

#include "rrd/font.h"

static void
cleans(void **state)
{
	static const struct {
		const char *raw, *want;
	} t[] = {
	    {"plain", "plain"},
	    {"naïve 東京 🐦", "naïve 東京 🐦"},
	    {"a\nb\tc\x7f", "a?b?c?"},
	    {"\xff\xfe", "??"},
	    {"\xc0\xaf", "??"},		  /* overlong */
	    {"\xed\xa0\x80", "???"},	  /* a surrogate */
	    {"\xf4\x90\x80\x80", "????"}, /* over U+10FFFF */
	    {"\xf3\xbf\xbf\xbf", "????"}, /* noncharacter */
	    {"\xe6\x9d", "??"},		  /* cut short */
	    {"\xc2\x85", "??"},		  /* C1 control */
	    {"", ""},
	};

	for (size_t i = 0; i < COUNT(t); i++) {
		char out[64];

		font_clean(t[i].raw, out, sizeof out);
		assert_string_equal(out, t[i].want);
	}
}

static void
cuts_between_characters(void **state)
{
	char out[8];

	font_clean("ab東京", out, 5);
	assert_string_equal(out, "ab");
	font_clean("ab東京", out, 6);
	assert_string_equal(out, "ab東");
	font_clean("abc", out, 1);
	assert_string_equal(out, "");
}

static void
fits(void **state)
{
	static const char text[] = "a rather long name of a rather odd disk";
	char out[128], big[1000];

	for (double width = 0; width < 320; width += 7) {
		font_fit(FONT_LEGEND, width, text, out, sizeof out);
		assert_true(font_width(FONT_LEGEND, out) <= width + 0.01);
		if (out[0] != '\0' && strcmp(out, text) != 0)
			assert_non_null(strstr(out, "…"));
	}
	font_fit(FONT_LEGEND, 1000, text, out, sizeof out);
	assert_string_equal(out, text);
	font_fit(FONT_LEGEND, 1000, text, out, 10);
	assert_string_equal(out, "a rath…");
	memset(big, 'm', sizeof big - 1);
	big[sizeof big - 1] = '\0';
	font_fit(FONT_TITLE, 100, big, out, sizeof out);
	assert_in_range(strlen(out), 4, 30);
}

/* In a process of its own, for fontconfig reads its files once. */
static void
does_without_any_font(void **state)
{
	pid_t pid = fork();
	int status = -1;

	if (pid == 0) {
		char *argv[] = {(char[]){"font"}, (char[]){"nofont"}, NULL};

		setenv("FONTCONFIG_FILE", "/dev/null", 1);
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	assert_true(waitpid(pid, &status, 0) == pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* The child of the test above. */
static int
draw_without_font(void)
{
	cairo_surface_t *s =
	    cairo_image_surface_create(CAIRO_FORMAT_RGB24, 64, 64);
	cairo_t *cr = cairo_create(s);

	font_warm();
	font_show(cr, FONT_TITLE, 1, 0, 20, ALIGN_RIGHT, 0xffffff, "text");
	cairo_destroy(cr);
	cairo_surface_destroy(s);
	return font_width(FONT_AXIS, "text") >= 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(cleans),
	    cmocka_unit_test(cuts_between_characters),
	    cmocka_unit_test(fits),
	    cmocka_unit_test(does_without_any_font),
	};

	if (argc > 1)
		return draw_without_font();
	return cmocka_run_group_tests(tests, NULL, NULL);
}

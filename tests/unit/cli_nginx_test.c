/* SPDX-License-Identifier: MIT */
/* What robin run tells nginx. */
#include "tests/unit/test.h"

#include <grp.h>
#include <pwd.h>

#include "cli/nginx.h"
#include "core/buf.h"
#include "core/file.h"
#include "core/state.h"

/* A user's group need not have the user's name (Debian: nobody, nogroup);
 * nginx does not start when it has to guess it. */
static void
test_the_group_is_named(void **arg)
{
	const struct passwd *nobody = getpwnam("nobody");
	const struct group *group =
	    nobody != NULL ? getgrgid(nobody->pw_gid) : NULL;
	char state[64], name[128], want[128];
	struct err err = {0};
	struct buf conf;

	(void)arg;
	if (geteuid() != 0 || group == NULL)
		skip();
	make_tmp(state);
	assert_int_equal(state_init(state, NULL), 0);
	assert_int_equal(chown(state, nobody->pw_uid, nobody->pw_gid), 0);
	assert_int_equal(nginx_prepare(state, "127.0.0.1:1", "nginx", &err), 0);
	(void)snprintf(name, sizeof(name), "%s/run/user.conf", state);
	(void)snprintf(want, sizeof(want), "user nobody %s;\n", group->gr_name);
	buf_init(&conf, 1000);
	assert_int_equal(file_read(name, &conf, NULL), 0);
	assert_string_equal(conf.data, want);
	buf_done(&conf);
	rm_tree(state);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_the_group_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

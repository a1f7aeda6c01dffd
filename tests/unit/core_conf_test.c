/* SPDX-License-Identifier: MIT */
/* The configuration: values, positions of what is wrong, the round trip. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/buf.h"
#include "core/conf.h"
#include "core/file.h"

static struct conf conf;
static struct err err;

static int
parse(const char *text)
{
	conf_defaults(&conf);
	err = (struct err){0};
	return conf_parse(&conf, "t.yml", text, strlen(text), NULL, &err);
}

static void
defaults_need_no_file(void **unused)
{
	conf_defaults(&conf);
	assert_string_equal(conf.cluster, "local");
	assert_true(slug_valid(conf.host, strlen(conf.host)));
	assert_string_equal(conf.state, "/var/lib/robin");
	assert_string_equal(conf.listen, "127.0.0.1:8080");
	assert_string_equal(conf.profile, "default");
	assert_int_equal(conf.step_s, 10);
	assert_int_equal(conf.drain_s, 60);
	assert_int_equal(conf.site_interval_s, 60);
	assert_int_equal(conf.graph_workers, 2);
	assert_int_equal(conf.data_workers, 2);
	assert_int_equal(conf.n_collectors, 0);
}

static void
values_arrive(void **unused)
{
	assert_int_equal(parse("cluster: prod\n"
			       "host: \"010\"\n"
			       "listen: \"[::1]:80\"\n"
			       "step: 1m\n"
			       "store: {drain: 2min}\n"
			       "site:\n"
			       "  title: 'The \"house\"'\n"
			       "  interval: 1h\n"
			       "workers:\n"
			       "  pictures: 4\n"
			       "status:\n"
			       "  disk: 90%\n"
			       "collectors:\n"
			       "  cpu:\n"
			       "    step: 1s\n"
			       "  memory:\n"
			       "    enabled: false\n"
			       "    timeout: 3s\n"),
			 0);
	assert_string_equal(conf.cluster, "prod");
	assert_string_equal(conf.host, "010");
	assert_string_equal(conf.listen, "[::1]:80");
	assert_int_equal(conf.step_s, 60);
	assert_int_equal(conf.drain_s, 120);
	assert_string_equal(conf.site_title, "The \"house\"");
	assert_int_equal(conf.site_interval_s, 3600);
	assert_int_equal(conf.graph_workers, 4);
	assert_int_equal(conf.data_workers, 2);
	assert_true(conf.status_disk_ratio > 0.899);
	assert_true(conf.status_disk_ratio < 0.901);
	assert_int_equal(conf.n_collectors, 2);
	assert_non_null(conf_collector(&conf, "cpu"));
	assert_true(conf_collector(&conf, "cpu")->enabled);
	assert_int_equal(conf_collector(&conf, "cpu")->step_s, 1);
	assert_false(conf_collector(&conf, "memory")->enabled);
	assert_int_equal(conf_collector(&conf, "memory")->timeout_s, 3);
	assert_null(conf_collector(&conf, "disk"));
}

static void
nothing_is_a_configuration(void **unused)
{
	assert_int_equal(parse(""), 0);
	assert_int_equal(parse("# only a comment\n"), 0);
	assert_int_equal(parse("---\n"), 0);
	assert_int_equal(parse("collectors:\n  # none yet\n"), 0);
	assert_int_equal(parse("\xef\xbb\xbf"
			       "cluster: a\n"),
			 0);
	assert_string_equal(conf.cluster, "a");
}

static const struct {
	const char *text;
	const char *where; /* the message begins so */
	const char *why;   /* and holds this */
} broken[] = {
    /* scalars */
    {"step: 10\n", "t.yml:1:7: step: ", "write 10s"},
    {"step: 010s\n", "t.yml:1:7: ", "not a duration"},
    {"step: 10 s\n", "t.yml:1:7: ", "not a duration"},
    {"step: 10S\n", "t.yml:1:7: ", "not a duration"},
    {"step: -10s\n", "t.yml:1:7: ", "not a duration"},
    {"step: 1.5h\n", "t.yml:1:7: ", "not a duration"},
    {"step: 1h30m\n", "t.yml:1:7: ", "not a duration"},
    {"step: 0s\n", "t.yml:1:7: ", "between 1s and 3600s"},
    {"step: 2h\n", "t.yml:1:7: ", "between"},
    {"step: 99999999999s\n", "t.yml:1:7: ", "not a duration"},
    {"step:\n", "t.yml:1:6: ", "has no value"},
    {"step: ''\n", "t.yml:1:7: ", "not a duration"},
    {"step: ~\n", "t.yml:1:7: ", "not a duration"},
    {"step: [10s]\n", "t.yml:1:7: ", "a duration is expected"},
    {"step: {a: b}\n", "t.yml:1:7: ", "a duration is expected"},
    {"step: \"10s\\0\"\n", "t.yml:1:7: ", "NUL"},
    {"status:\n  disk: 95\n", "t.yml:2:9: ", "write 95%"},
    {"status:\n  disk: 0.95\n", "t.yml:2:9: ", "not a percentage"},
    {"status:\n  disk: 101%\n", "t.yml:2:9: ", "between 1% and 100%"},
    {"workers:\n  data: 010\n", "t.yml:2:9: ", "not a whole number"},
    {"workers:\n  data: 0x4\n", "t.yml:2:9: ", "not a whole number"},
    {"workers:\n  data: 4.0\n", "t.yml:2:9: ", "not a whole number"},
    {"workers:\n  data: 1e1\n", "t.yml:2:9: ", "not a whole number"},
    {"workers:\n  data: 1_0\n", "t.yml:2:9: ", "not a whole number"},
    {"workers:\n  data: 0\n", "t.yml:2:9: ", "between 1 and 64"},
    {"workers:\n  data: 65\n", "t.yml:2:9: ", "between 1 and 64"},
    {"collectors:\n  cpu:\n    enabled: yes\n",
     "t.yml:3:14: ", "neither true nor false"},
    {"collectors:\n  cpu:\n    enabled: 1\n",
     "t.yml:3:14: ", "neither true nor false"},
    {"collectors:\n  cpu:\n    enabled: True\n",
     "t.yml:3:14: ", "neither true nor false"},
    /* texts */
    {"host: no\n", "t.yml:1:7: ", "write \"no\""},
    {"host: 010\n", "t.yml:1:7: ", "write \"010\""},
    {"host: 12:30\n", "t.yml:1:7: ", "write \"12:30\""},
    {"host: 2026-11-20\n", "t.yml:1:7: ", "write \"2026-11-20\""},
    {"host: 1e3\n", "t.yml:1:7: ", "write \"1e3\""},
    {"host: 0xff\n", "t.yml:1:7: ", "write \"0xff\""},
    {"host: .5\n", "t.yml:1:7: ", "write \".5\""},
    {"host: null\n", "t.yml:1:7: ", "write \"null\""},
    {"host: web 1\n", "t.yml:1:7: ", "web=201"},
    {"host: ../etc\n", "t.yml:1:7: ", "=2e.:etc"},
    {"host: ''\n", "t.yml:1:7: ", "empty"},
    {"host: \"a\\nb\"\n", "t.yml:1:7: ", "control character"},
    {"host: \"\\e[2J\"\n", "t.yml:1:7: ", "control character"},
    {"state: robin\n", "t.yml:1:8: ", "absolute"},
    {"listen: 8080\n", "t.yml:1:9: ", "write \"8080\""},
    {"listen: localhost:80\n", "t.yml:1:9: ", "not an IPv4"},
    {"listen: 127.0.0.1:080\n", "t.yml:1:9: ", "ADDRESS:PORT"},
    {"listen: 127.0.0.1:65536\n", "t.yml:1:9: ", "ADDRESS:PORT"},
    {"listen: 127.0.0.1:0\n", "t.yml:1:9: ", "ADDRESS:PORT"},
    {"listen: 127.1:80\n", "t.yml:1:9: ", "not an IPv4"},
    {"listen: \"127.0.0.1:80; x\"\n", "t.yml:1:9: ", "ADDRESS:PORT"},
    {"profile: Default\n", "t.yml:1:10: ", "profile"},
    {"site:\n  url: example.org\n", "t.yml:2:8: ", "http://"},
    {"site:\n  url: https://\n", "t.yml:2:8: ", "http://"},
    {"site:\n  url: 'http://a\"b'\n", "t.yml:2:8: ", "character"},
    /* keys */
    {"clutser: a\n", "t.yml:1:1: ", "did you mean \"cluster\"?"},
    {"zzz: a\n", "t.yml:1:1: ", "unknown key \"zzz\""},
    {"site:\n  titel: a\n", "t.yml:2:3: site: ", "mean \"title\"?"},
    {"site.title: a\n", "t.yml:1:1: ", "unknown key"},
    {"collectors:\n  cpu:\n    stp: 1s\n", "t.yml:3:5: ", "mean \"step\"?"},
    {"collectors:\n  cpuu:\n    step: 1s\n",
     "t.yml:2:3: ", "no such collector"},
    {"collectors:\n  ../x:\n    step: 1s\n",
     "t.yml:2:3: ", "no such collector"},
    {"cluster: a\ncluster: b\n", "t.yml:2:1: ", "second time"},
    {"cluster: a\n\"cluster\": b\n", "t.yml:2:1: ", "second time"},
    {"collectors:\n  cpu: {}\n  cpu: {}\n", "t.yml:3:3: ", "second time"},
    {"? [a, b]\n: c\n", "t.yml:1:3: ", "plain word"},
    {"\"\": c\n", "t.yml:1:1: ", "plain word"},
    {"\"a\\0b\": c\n", "t.yml:1:1: ", "plain word"},
    {"<<: {cluster: a}\n", "t.yml:1:1: ", "unknown key"},
    /* shape */
    {"- cluster\n", "t.yml:1:1: ", "section"},
    {"cluster\n", "t.yml:1:1: ", "section"},
    {"site: 5\n", "t.yml:1:7: site: ", "section"},
    {"collectors: [cpu]\n", "t.yml:1:13: ", "section"},
    {"collectors:\n  cpu: true\n", "t.yml:2:8: ", "section"},
    /* what YAML can do and a configuration need not */
    {"cluster: &a x\n", "t.yml:1:10: ", "anchors"},
    {"site: &a\n  title: x\n", "t.yml:1:7: ", "anchors"},
    {"cluster: *a\n", "t.yml:1:10: ", "aliases"},
    {"cluster: !!str x\n", "t.yml:1:10: ", "tags"},
    {"cluster: !x y\n", "t.yml:1:10: ", "tags"},
    {"%YAML 1.1\n---\ncluster: a\n", "t.yml:1:1: ", "directives"},
    {"cluster: a\n---\ncluster: b\n", "t.yml:2:1: ", "second document"},
    {"a: {b: {c: {d: {e: {f: {g: {h: {i: j}}}}}}}}\n", "t.yml:1:", "deep"},
    {"[[[[[[[[[[[[[[[[", "t.yml:1:", "deep"},
    /* not YAML */
    {"cluster: \"a\n", "t.yml:2:1: ", "quoted scalar"},
    {"cluster: a: b\n", "t.yml:1:11: ", "mapping values"},
    {"\tcluster: a\n", "t.yml:1:1: ", "cannot start any token"},
    {"site:\n  title: a\n url: b\n", "t.yml:3:2: ", "mapping"},
    {"cluster: a\nhost: \xff\n", "t.yml:2:7: ", "UTF-8"},
    {"cluster: a\nhost: \x01\n", "t.yml:2:7: ", "control characters"},
    {"cluster: \xed\xa0\x80\n", "t.yml:1:10: ", "Unicode"},
    {"{", "t.yml:", ""},
    {"]", "t.yml:1:1: ", ""},
    {"@a: b\n", "t.yml:1:1: ", "token"},
};

static void
what_is_wrong_is_named_with_its_place(void **unused)
{
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		struct conf before;

		conf_defaults(&before);
		if (parse(broken[i].text) == 0)
			fail_msg("taken: %s", broken[i].text);
		assert_int_equal(err.code, ERR_CONFIG);
		if (strncmp(err.msg, broken[i].where,
			    strlen(broken[i].where)) != 0 ||
		    strstr(err.msg, broken[i].why) == NULL)
			fail_msg("%s\n  got %s\n  not %s… %s", broken[i].text,
				 err.msg, broken[i].where, broken[i].why);
		assert_memory_equal(&before, &conf, sizeof(conf));
	}
}

static void
every_problem_is_listed(void **unused)
{
	static const char text[] = "step: 10\nclutser: a\nhost: no\n";
	struct buf all;

	buf_init(&all, 65536);
	conf_defaults(&conf);
	assert_int_equal(
	    conf_parse(&conf, "t.yml", text, strlen(text), &all, &err), -1);
	assert_non_null(strstr(all.data, "t.yml:1:7: "));
	assert_non_null(strstr(all.data, "t.yml:2:1: "));
	assert_non_null(strstr(all.data, "t.yml:3:7: "));
	assert_non_null(strstr(err.msg, "t.yml:1:7: "));
	buf_done(&all);
}

static void
size_and_number_are_limited(void **unused)
{
	struct buf b;

	buf_init(&b, 4 * CONF_BYTES_MAX);
	for (int i = 0; i < CONF_BYTES_MAX / 16 + 1; i++)
		buf_str(&b, "# 0123456789abc\n");
	assert_int_equal(parse(b.data), -1);
	assert_non_null(strstr(err.msg, "t.yml:1:1: over"));
	buf_reset(&b);
	for (int i = 0; i < 600; i++)
		buf_fmt(&b, "k%d: 1\n", i);
	assert_int_equal(parse(b.data), -1);
	assert_non_null(strstr(err.msg, "keys in one section"));
	buf_done(&b);
}

/* What show writes reads back as the same bytes. */
static void
round_trip(const char *text)
{
	struct conf first, second;
	struct buf b, c;

	assert_int_equal(parse(text), 0);
	first = conf;
	buf_init(&b, 65536);
	buf_init(&c, 65536);
	conf_show(&first, &b);
	assert_true(buf_ok(&b));
	conf_defaults(&second);
	if (conf_parse(&second, "shown", b.data, b.len, NULL, &err) != 0)
		fail_msg("%s\n%s", err.msg, b.data);
	conf_show(&second, &c);
	assert_string_equal(b.data, c.data);
	assert_int_equal(first.n_collectors, second.n_collectors);
	assert_int_equal(first.step_s, second.step_s);
	assert_string_equal(first.site_title, second.site_title);
	buf_reset(&b);
	conf_show_changes(&first, &b);
	conf_defaults(&second);
	assert_int_equal(
	    conf_parse(&second, "shown", b.data, b.len, NULL, &err), 0);
	buf_reset(&b);
	conf_show(&second, &b);
	assert_string_equal(b.data, c.data);
	buf_done(&b);
	buf_done(&c);
}

static void
show_reads_back(void **unused)
{
	round_trip("");
	round_trip("cluster: b\nhost: 'no'\nstep: 90s\n"
		   "site: {title: 'a \"b\" \\c: d', interval: 1h}\n"
		   "status: {disk: 7%, stale: 1d}\n"
		   "collectors: {cpu: {step: 5s}, memory: {enabled: false}"
		   "}\n");
	round_trip("site:\n  title: \"\xc3\xa9\xf0\x9f\x90\xa6 # x\"\n");
}

static void
docs_name_every_option(void **unused)
{
	struct buf b;

	buf_init(&b, 65536);
	conf_docs(&b);
	assert_non_null(strstr(b.data, "`collectors.NAME.step`"));
	assert_non_null(strstr(b.data, "`127.0.0.1:8080`"));
	assert_non_null(strstr(b.data, "1s to 3600s"));
	buf_done(&b);
}

static void
put_file(const char *name, const char *text)
{
	assert_int_equal(file_write(name, text, strlen(text), 0644, &err), 0);
}

static void
fragments_come_in_name_order(void **unused)
{
	char dir[] = "/tmp/robin-conf-XXXXXX";

	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	assert_int_equal(mkdir("conf.d", 0755), 0);
	put_file("robin.yml", "cluster: a\nhost: h\nstep: 5s\n");
	put_file("conf.d/20-b.yml", "cluster: c\n");
	put_file("conf.d/10-a.yml", "cluster: b\nhost: i\n");
	put_file("conf.d/30.yml.bak", "zzz: 1\n");
	put_file("conf.d/.hidden.yml", "zzz: 1\n");
	assert_int_equal(conf_load(&conf, "robin.yml", NULL, &err), 0);
	assert_string_equal(conf.cluster, "c");
	assert_string_equal(conf.host, "i");
	assert_int_equal(conf.step_s, 5);
	put_file("conf.d/20-b.yml", "host: x\n  clutser: c\n");
	assert_int_equal(conf_load(&conf, "robin.yml", NULL, &err), -1);
	assert_non_null(strstr(err.msg, "conf.d/20-b.yml:2:"));
	assert_string_equal(conf.cluster, "c");
	assert_int_equal(conf_load(&conf, "absent.yml", NULL, &err), -1);
	assert_int_equal(err.code, ERR_CONFIG);
	assert_non_null(strstr(err.msg, "absent.yml"));
	assert_int_equal(conf_load(&conf, "conf.d", NULL, &err), -1);
	assert_int_equal(unlink("robin.yml"), 0);
	assert_int_equal(mkfifo("robin.yml", 0644), 0);
	assert_int_equal(conf_load(&conf, "robin.yml", NULL, &err), -1);
	assert_non_null(strstr(err.msg, "not a regular file"));
	unlink("robin.yml");
	unlink("conf.d/20-b.yml");
	unlink("conf.d/10-a.yml");
	unlink("conf.d/30.yml.bak");
	unlink("conf.d/.hidden.yml");
	rmdir("conf.d");
	assert_int_equal(chdir("/"), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void
addresses_are_literal(void **unused)
{
	char address[CONF_ADDRESS_SIZE];
	uint16_t port;

	assert_int_equal(conf_listen_parse("[::1]:8080", address, &port, &err),
			 0);
	assert_string_equal(address, "::1");
	assert_int_equal(port, 8080);
	assert_int_equal(conf_listen_parse("*:80", address, &port, &err), 0);
	assert_string_equal(address, "*");
	assert_int_equal(conf_listen_parse("::1:80", address, &port, &err), -1);
	assert_int_equal(conf_listen_parse(":80", address, &port, &err), -1);
	assert_int_equal(conf_listen_parse("[]:80", address, &port, &err), -1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(defaults_need_no_file),
	    cmocka_unit_test(values_arrive),
	    cmocka_unit_test(nothing_is_a_configuration),
	    cmocka_unit_test(what_is_wrong_is_named_with_its_place),
	    cmocka_unit_test(every_problem_is_listed),
	    cmocka_unit_test(size_and_number_are_limited),
	    cmocka_unit_test(show_reads_back),
	    cmocka_unit_test(docs_name_every_option),
	    cmocka_unit_test(fragments_come_in_name_order),
	    cmocka_unit_test(addresses_are_literal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: MIT */
/* `robin import`: the history of Munin, collectd or Cacti. */
#include <stdio.h>
#include <string.h>

#include "core/buf.h"
#include "core/file.h"
#include "core/program.h"
#include "core/state.h"
#include "rrd/command.h"
#include "rrd/drain_now.h"
#include "rrd/import.h"
#include "rrd/restore.h"

#define MAP_BYTES_MAX (1u << 20)

static void
note(const char *what, const char *why)
{
	/* many reasons begin with the name already */
	if (strstr(why, what) != NULL)
		(void)fprintf(stderr, "left out: %s\n", why);
	else
		(void)fprintf(stderr, "left out: %s: %s\n", what, why);
}

static void
series(const char *path, size_t n_sources, uint64_t n_rows)
{
	(void)printf("%s from %zu data source%s", path, n_sources,
		     n_sources == 1 ? "" : "s");
	if (n_rows > 0)
		(void)printf(", %llu rows", (unsigned long long)n_rows);
	(void)putchar('\n');
}

static int
read_rules(struct import *im, const char *map, struct err *err)
{
	const char *own = import_rules_of(im->program);
	struct buf b;
	int rc = 0;

	if (own == NULL)
		return err_set(err, ERR_USAGE,
			       "%.60s: there is munin, collectd and cacti",
			       im->program);
	if (map != NULL) {
		buf_init(&b, MAP_BYTES_MAX);
		rc = file_read(map, &b, err);
		if (rc == 0)
			rc = import_rules_parse(&im->rules, map, b.data, b.len,
						err);
		buf_done(&b);
	}
	return rc == 0 ? import_rules_parse(&im->rules, im->program, own,
					    strlen(own), err)
		       : -1;
}

static int
run(struct import *im, const char *map, struct err *err)
{
	if (read_rules(im, map, err) != 0 || import_look(im, err) != 0 ||
	    (!im->dry && state_init(im->state, err) != 0))
		return -1;
	if (!im->dry)
		restore_trust_clock(im->state);
	im->registry = registry_new(im->state, err);
	if (im->registry == NULL || import_families(im, err) != 0 ||
	    import_lay(im, err) != 0)
		return -1;
	if (!im->dry && im->n_series > 0 && drain_now(im->state, err) != 0)
		return -1;
	(void)printf("%zu series%s from %zu files, %zu left out\n",
		     im->n_series, im->dry ? " would come" : "", im->n_files,
		     im->n_skipped);
	return 0;
}

int
command_import_main(int argc, char **argv)
{
	static struct program program;
	struct import im = {.note = note, .series = series};
	const char *map = NULL;
	const struct opt opts[] = {
	    PROGRAM_STATE(program),
	    PROGRAM_CONFIG(program),
	    {.name = "map",
	     .type = OPT_STRING,
	     .arg = "FILE",
	     .help = "Rules that come before the built-in ones",
	     .value = &map},
	    {.name = "host",
	     .type = OPT_STRING,
	     .arg = "NAME",
	     .help = "The host that all files are of",
	     .value = &im.host},
	    {.name = "dry-run",
	     .type = OPT_FLAG,
	     .help = "Only print what would come in",
	     .value = &im.dry},
	};
	const struct opt_command cmd = {
	    .name = "robin import",
	    .synopsis = "munin|collectd|cacti DIR",
	    .brief = "bring in the history of another program",
	    .about =
		"Reads the RRD files below DIR and keeps their rows at every "
		"resolution that both have.  What is the same thing as a "
		"family of Robin becomes one; the rest gets families of its "
		"own.  What Robin has measured itself stays.  A line of a "
		"map FILE is PATTERN DS FAMILY[.INSTANCE] METRIC [SCALE] or "
		"PATTERN DS -, where PATTERN is the file without \".rrd\" "
		"with captures such as {h} for the host: {h}/foo-{i}/bar-{m} "
		"value foo.{i} {m} 0.001.  Files are read in a sandbox and "
		"not changed; one that cannot be read is left out.",
	    .opts = opts,
	    .n_opts = sizeof(opts) / sizeof(opts[0]),
	    .operands_min = 2,
	    .operands_max = 2,
	};
	struct err err = {0};
	int rc = program_start(&program, &cmd, argc, argv, &err);

	if (rc < 0)
		return opt_fail(&cmd, &err);
	im.state = program.state;
	im.cluster = program.conf.cluster;
	im.program = argv[1];
	im.dir = argv[2];
	rc = run(&im, map, &err);
	import_done(&im);
	return rc == 0 ? EXIT_OK : opt_fail(&cmd, &err);
}

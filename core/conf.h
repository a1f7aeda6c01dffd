/* SPDX-License-Identifier: MIT */
/*
 * The configuration: one YAML file plus the conf.d folder beside it, under
 * one option table (conf_table.c).  Loading, checking, defaults,
 * documentation and `robin config show` are loops over that table.  A new
 * option is a field here and a row there.
 */
#ifndef CORE_CONF_H
#define CORE_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/path.h"

struct buf;

#define CONF_COLLECTORS_MAX 64
#define CONF_BYTES_MAX	    (256 * 1024) /* of one file */
#define CONF_FILE	    "/etc/robin/robin.yml"

struct conf_collector {
	char name[FAMILY_MAX + 1];
	bool enabled;
	int32_t step_s;	   /* 0 = the collector's own */
	int32_t timeout_s; /* 0 = the step */
};

struct conf {
	char cluster[SLUG_MAX + 1];   /* default "local" */
	char host[SLUG_MAX + 1];      /* default: slug of the host name */
	char state[256];	      /* default "/var/lib/robin" */
	char listen[64];	      /* default "127.0.0.1:8080" */
	char profile[FAMILY_MAX + 1]; /* default profile of new files */
	char site_title[80];
	char site_url[200];	 /* absolute base for links in messages */
	int32_t step_s;		 /* collectors' default step, 10 */
	int32_t drain_s;	 /* 60: how often the writer drains */
	int32_t site_interval_s; /* 60 */
	int32_t graph_workers, data_workers; /* 2, 2 */
	int32_t status_stale_s;	  /* data older than this is unhealthy, 300 */
	double status_disk_ratio; /* a fuller state disk is unhealthy, 0.95 */
	size_t n_collectors;
	struct conf_collector collectors[CONF_COLLECTORS_MAX];
};

/* Fills in every default (host from gethostname). */
void conf_defaults(struct conf *c);

/*
 * Reads file (NULL: CONF_FILE when it exists, else defaults) and then every
 * *.yml of the conf.d folder beside it, in name order; what comes later
 * counts.  -1 with ERR_CONFIG and "file:line:col: what is wrong"; c is then
 * untouched.  When all is not NULL every problem is appended to it, a line
 * each, not only the first.
 */
int conf_load(struct conf *c, const char *file, struct buf *all,
	      struct err *err);

/* Parses one document's bytes (what conf_load does to each file) over what c
 * holds; fuzzed. */
int conf_parse(struct conf *c, const char *name, const char *text, size_t len,
	       struct buf *all, struct err *err);

/* The effective configuration as YAML that conf_parse reads back the same. */
void conf_show(const struct conf *c, struct buf *out);

/* The same, without what equals its default. */
void conf_show_changes(const struct conf *c, struct buf *out);

/* Reference: every option with type, default, bounds and help, as Markdown. */
void conf_docs(struct buf *out);

/* A file to start from: every option with its help, commented out. */
void conf_example(struct buf *out);

/* The collector's entry, or NULL when the file does not mention it. */
const struct conf_collector *conf_collector(const struct conf *c,
					    const char *name);

/*
 * Splits "127.0.0.1:8080", "[::1]:8080" or "*:8080" into address (brackets
 * dropped) and port.  Only literal addresses: names could resolve to more
 * than what was meant.
 */
#define CONF_ADDRESS_SIZE 48
int conf_listen_parse(const char *text, char address[CONF_ADDRESS_SIZE],
		      uint16_t *port, struct err *err);

#endif

/* SPDX-License-Identifier: MIT */
/* The option table: every setting there is, and what makes a text valid. */
#include "core/conf_table.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "core/conf.h"
#include "core/number.h"
#include "core/opt.h"
#include "core/path.h"

#define DAY_S 86400

/* Names of collect_*.c, from the folder listing. */
static const char *const collectors[] = {
#define X(name) &#name[sizeof("collect_") - 1],
#include "gen/collect_table.h"
#undef X
    NULL};

/* rrd/layout.c says what they are; a unit test keeps the two alike. */
static const char *const profiles[] = {"default", "pod", "bench", NULL};

static int
check_slug(const char *text, struct err *err)
{
	char slug[SLUG_MAX + 1];

	if (slug_valid(text, strlen(text)))
		return 0;
	slug_make(text, strlen(text), slug);
	return err_set(err, ERR_CONFIG,
		       "\"%.40s\" is not a name as paths have it (write %.80s)",
		       text, slug);
}

static int
check_folder(const char *text, struct err *err)
{
	if (text[0] != '/')
		return err_set(err, ERR_CONFIG,
			       "\"%.60s\" is not an absolute folder name",
			       text);
	return 0;
}

static int
check_profile(const char *text, struct err *err)
{
	const char *near;
	size_t n = 0;

	for (; profiles[n] != NULL; n++)
		if (strcmp(text, profiles[n]) == 0)
			return 0;
	near = opt_nearest(text, profiles, n);
	return err_set(err, ERR_CONFIG, "no such profile \"%.40s\"%s%s%s", text,
		       near != NULL ? " (did you mean " : "",
		       near != NULL ? near : "", near != NULL ? "?)" : "");
}

static int
check_collector(const char *text, struct err *err)
{
	const char *near;
	size_t n = 0;

	for (; collectors[n] != NULL; n++)
		if (strcmp(text, collectors[n]) == 0)
			return 0;
	near = opt_nearest(text, collectors, n);
	return err_set(err, ERR_CONFIG, "no such collector%s%s%s",
		       near != NULL ? " (did you mean " : "",
		       near != NULL ? near : "", near != NULL ? "?)" : "");
}

static int
check_url(const char *text, struct err *err)
{
	size_t scheme = strncmp(text, "https://", 8) == 0  ? 8
			: strncmp(text, "http://", 7) == 0 ? 7
							   : 0;

	if (scheme == 0 || text[scheme] == '\0' || text[scheme] == '/')
		return err_set(
		    err, ERR_CONFIG,
		    "\"%.60s\" is not an http:// or https:// address", text);
	for (const char *p = text; *p != '\0'; p++)
		if (*p <= ' ' || *p >= 127 || strchr("\"'<>\\^`{|}", *p))
			return err_set(
			    err, ERR_CONFIG,
			    "\"%.60s\" has a character that addresses do not "
			    "have",
			    text);
	return 0;
}

int
conf_listen_parse(const char *text, char address[CONF_ADDRESS_SIZE],
		  uint16_t *port, struct err *err)
{
	const char *colon = strrchr(text, ':'), *host = text;
	char copy[CONF_ADDRESS_SIZE], bin[16];
	size_t len = colon != NULL ? (size_t)(colon - text) : 0;
	uint64_t n = 0;
	bool v6 = len > 2 && text[0] == '[' && text[len - 1] == ']';

	if (colon == NULL || len == 0 || len >= sizeof(copy) ||
	    colon[1] == '0' || !number_u64(colon + 1, strlen(colon + 1), &n) ||
	    n > 65535)
		return err_set(
		    err, ERR_CONFIG,
		    "\"%.60s\" is not ADDRESS:PORT (as in 127.0.0.1:8080)",
		    text);
	if (v6) {
		host++;
		len -= 2;
	}
	memcpy(copy, host, len);
	copy[len] = '\0';
	if (strcmp(copy, "*") != 0 &&
	    inet_pton(v6 ? AF_INET6 : AF_INET, copy, bin) != 1)
		return err_set(err, ERR_CONFIG,
			       "\"%.60s\" is not an IPv4 or [IPv6] address",
			       copy);
	memcpy(address, copy, len + 1);
	*port = (uint16_t)n;
	return 0;
}

static int
check_listen(const char *text, struct err *err)
{
	char address[CONF_ADDRESS_SIZE];
	uint16_t port;

	return conf_listen_parse(text, address, &port, err);
}

#define AT(field)                                                              \
	.offset = offsetof(struct conf, field),                                \
	.size = sizeof(((struct conf *)0)->field)
#define IN_COLLECTOR(field)                                                    \
	.offset = offsetof(struct conf_collector, field),                      \
	.size = sizeof(((struct conf_collector *)0)->field)

/* Options of one section stand together: show and docs print in this order. */
const struct conf_row conf_rows[] = {
    {.path = "cluster",
     .type = CONF_TEXT,
     AT(cluster),
     .standard = "local",
     .check = check_slug,
     .help = "First part of every path collected here"},
    {.path = "host",
     .type = CONF_TEXT,
     AT(host),
     .check = check_slug,
     .help = "Second part of every path; the host name by default"},
    {.path = "state",
     .type = CONF_TEXT,
     AT(state),
     .standard = "/var/lib/robin",
     .check = check_folder,
     .help = "Folder of the log, the archives, the pages and the "
	     "sockets"},
    {.path = "listen",
     .type = CONF_TEXT,
     AT(listen),
     .standard = "127.0.0.1:8080",
     .check = check_listen,
     .help = "Address and port of the web server of `robin run`"},
    {.path = "step",
     .type = CONF_DURATION,
     AT(step_s),
     .standard = "10s",
     .min = 1,
     .max = 3600,
     .help = "How often collectors run that state no step of their "
	     "own"},
    {.path = "profile",
     .type = CONF_TEXT,
     AT(profile),
     .standard = "default",
     .check = check_profile,
     .help = "Archive profile of families that ask for none: default "
	     "or pod"},
    {.path = "collectors.NAME.enabled",
     .type = CONF_BOOL,
     IN_COLLECTOR(enabled),
     .standard = "true",
     .help = "Whether the collector runs"},
    {.path = "collectors.NAME.step",
     .type = CONF_DURATION,
     IN_COLLECTOR(step_s),
     .min = 1,
     .max = DAY_S,
     .help = "How often it runs; its own step by default"},
    {.path = "collectors.NAME.timeout",
     .type = CONF_DURATION,
     IN_COLLECTOR(timeout_s),
     .min = 1,
     .max = DAY_S,
     .help = "When a run is given up; its step by default"},
    {.path = "store.drain",
     .type = CONF_DURATION,
     AT(drain_s),
     .standard = "1m",
     .min = 1,
     .max = 3600,
     .help = "How often the log is applied to the archives"},
    {.path = "workers.pictures",
     .type = CONF_COUNT,
     AT(graph_workers),
     .standard = "2",
     .min = 1,
     .max = 64,
     .help = "Processes that draw pictures"},
    {.path = "workers.data",
     .type = CONF_COUNT,
     AT(data_workers),
     .standard = "2",
     .min = 1,
     .max = 64,
     .help = "Processes that answer everything else"},
    {.path = "site.title",
     .type = CONF_TEXT,
     AT(site_title),
     .standard = "Robin",
     .help = "Name in the head of every page"},
    {.path = "site.url",
     .type = CONF_TEXT,
     AT(site_url),
     .check = check_url,
     .help = "Public address of the site, for links in messages"},
    {.path = "site.interval",
     .type = CONF_DURATION,
     AT(site_interval_s),
     .standard = "1m",
     .min = 1,
     .max = 3600,
     .help = "How often the pages are written anew"},
    {.path = "status.stale",
     .type = CONF_DURATION,
     AT(status_stale_s),
     .standard = "5m",
     .min = 1,
     .max = DAY_S,
     .help = "`robin status` fails when the newest sample is older"},
    {.path = "status.disk",
     .type = CONF_PERCENT,
     AT(status_disk_ratio),
     .standard = "95%",
     .min = 1,
     .max = 100,
     .help = "`robin status` fails when the disk of the state folder "
	     "is fuller"},
};
const size_t conf_n_rows = sizeof(conf_rows) / sizeof(conf_rows[0]);

const struct conf_map conf_maps[] = {
    {.path = "collectors.NAME",
     .items = offsetof(struct conf, collectors),
     .item_size = sizeof(struct conf_collector),
     .max = CONF_COLLECTORS_MAX,
     .count = offsetof(struct conf, n_collectors),
     .key_size = sizeof(((struct conf_collector *)0)->name),
     .check = check_collector,
     .help = "One collector"},
};
const size_t conf_n_maps = sizeof(conf_maps) / sizeof(conf_maps[0]);

const struct conf_map *
conf_row_map(const struct conf_row *row)
{
	for (size_t i = 0; i < conf_n_maps; i++) {
		size_t len = strlen(conf_maps[i].path);

		if (strncmp(row->path, conf_maps[i].path, len) == 0 &&
		    row->path[len] == '.')
			return &conf_maps[i];
	}
	return NULL;
}

static void
item_defaults(const struct conf_map *map, void *item)
{
	for (size_t i = 0; i < conf_n_rows; i++) {
		const struct conf_row *row = &conf_rows[i];

		if (row->standard != NULL && conf_row_map(row) == map)
			(void)conf_scalar_parse(row, row->standard,
						strlen(row->standard), false,
						item, NULL);
	}
}

void *
conf_item(struct conf *c, const struct conf_map *map, const char *key)
{
	char *items = (char *)c + map->items;
	size_t *n = (size_t *)(void *)((char *)c + map->count);

	for (size_t i = 0; i < *n; i++)
		if (strcmp(items + i * map->item_size, key) == 0)
			return items + i * map->item_size;
	if (*n >= map->max || strlen(key) >= map->key_size)
		return NULL;
	items += (*n)++ * map->item_size;
	memset(items, 0, map->item_size);
	memcpy(items, key, strlen(key) + 1);
	item_defaults(map, items);
	return items;
}

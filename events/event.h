/* SPDX-License-Identifier: MIT */
/*
 * An event: something that happened, or lasted, and that people want to see
 * beside the curves: an alert's transition, an annotation, a deployment, a
 * decision to heal, a chaos run, a clock jump.  Pure: the row, its rules and
 * its JSON form (docs/alerts.md, "Events").
 */
#ifndef EVENTS_EVENT_H
#define EVENTS_EVENT_H

#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/json.h"
#include "core/path.h"

struct buf;

#define EVENT_TAGS_MAX	  16
#define EVENT_TAG_MAX	  64
#define EVENT_KIND_MAX	  32
#define EVENT_TITLE_MAX	  200
#define EVENT_TEXT_MAX	  16384
#define EVENT_DATA_MAX	  32768
#define EVENT_AHEAD_MAX_S (400 * INT64_C(86400)) /* planned maintenance */

#define EVENT_OPEN	  INT64_C(-1)

/* All strings are borrowed and never NULL after event_init. */
struct event {
	int64_t id;	     /* of the row; 0 before it is stored */
	const char *uid;     /* unique; storing the same uid twice is once */
	int64_t time_s;	     /* UTC epoch */
	int64_t until_s;     /* end; 0: an instant; EVENT_OPEN: not over */
	const char *kind;    /* "annotation", "alert", "heal", "chaos", … */
	const char *cluster; /* slugs; "" = all */
	const char *host;
	const char *series;   /* cluster/host/family[.instance], or "" */
	const char *severity; /* "", "info", "warning", "critical" */
	const char *title;
	const char *text;   /* plain text, may have lines */
	const char *source; /* who said so: program or user name */
	const char *data;   /* a JSON document for programs, or "" */
	size_t n_tags;
	const char *tags[EVENT_TAGS_MAX];
};

/* Every string "", every number 0. */
void event_init(struct event *e);

/* Whether it obeys the limits above; now_s bounds the future. */
int event_check(const struct event *e, int64_t now_s, struct err *err);

/*
 * Reads the members of a JSON object into e (strings borrowed from it) and
 * checks them.  Absent time is now_s.  Unknown members are left alone;
 * "data", an object, is printed into data, which the event then borrows.
 */
int event_from_json(const cJSON *json, int64_t now_s, struct buf *data,
		    struct event *e, struct err *err);

/* Appends the JSON object; empty members are left out; what is not over has
 * "open":true. */
void event_to_json(const struct event *e, struct buf *out);

#endif

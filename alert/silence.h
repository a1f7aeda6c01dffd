/* SPDX-License-Identifier: MIT */
/*
 * Silences: who matches is not told of, from one time to another; alerts go
 * on and are shown.  A maintenance window is a silence that begins later.
 * Pure; wall time, for people plan by it.
 */
#ifndef ALERT_SILENCE_H
#define ALERT_SILENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule.h"
#include "core/err.h"
#include "core/json.h"

struct buf;

#define SILENCES_MAX	  1000
#define SILENCE_MATCHERS  8
#define SILENCE_LONGEST_S (366 * INT64_C(86400))
#define SILENCE_ID_SIZE	  64

struct silence {
	char id[SILENCE_ID_SIZE];
	int64_t from_s, until_s;
	size_t n;
	struct rule_label matchers[SILENCE_MATCHERS]; /* label: glob */
	char comment[200], author[100];
};

struct silences {
	struct silence *list; /* owned */
	size_t n, room;
};

/*
 * Reads {"from","until","matchers":{label: glob},"comment","author"}; from
 * defaults to now.  Refused: no matcher, an end before the start or in the
 * past, over a year long.
 */
int silence_parse(const cJSON *json, const char *id, int64_t now_s,
		  struct silence *out, struct err *err);
void silence_json(const struct silence *s, struct buf *out);

/* Adds or replaces by id; ERR_FULL. */
int silences_put(struct silences *s, const struct silence *one,
		 struct err *err);
bool silences_remove(struct silences *s, const char *id);
void silences_done(struct silences *s);

/* The silence that covers these labels now, or NULL. */
const struct silence *silences_find(const struct silences *s, int64_t now_s,
				    const char *(*get)(const void *arg,
						       const char *label),
				    const void *arg);

#endif

/* SPDX-License-Identifier: MIT */
/*
 * What a notifier sends: a group of alerts as it is at one time.  Pure: the
 * struct, its JSON form (what waits in the outbox) and the words every
 * notifier shares.  Nothing in it has a control byte, so no text of a host, a
 * label or a plugin can end a header.
 */
#ifndef ALERT_MESSAGE_H
#define ALERT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/rule.h"
#include "core/err.h"
#include "core/json.h"
#include "core/path.h"

struct buf;

#define MESSAGE_ALERTS_MAX 50 /* listed; the counts tell of the rest */
#define MESSAGE_JSON_MAX   (512 * 1024)
#define MESSAGE_GROUP_MAX  4
#define FINGERPRINT_SIZE   17 /* 16 hex digits of rule and series */

struct message_alert {
	char fingerprint[FINGERPRINT_SIZE];
	bool resolved;
	enum alert_level level;
	char rule[RULE_NAME_MAX + 1];
	char cluster[SLUG_MAX + 1], host[SLUG_MAX + 1];
	char series[PATH_SIZE]; /* "" for an alert of a whole host */
	char summary[256], reason[200], runbook[200];
	char value[48]; /* as people read it: "96.2 %" */
	char url[400];	/* of another program's alert: its page there */
	char origin[FINGERPRINT_SIZE]; /* the Robin that saw it first */
	int64_t since_s, ended_s;
	/* by level: where its line is in the picture; 0: none */
	double line[LEVEL__MAX];
	size_t n_labels;
	struct rule_label labels[RULE_LABELS_MAX];
};

struct message {
	char id[48];		      /* unique, for Message-ID and the like */
	char topic[FINGERPRINT_SIZE]; /* the group's key */
	char receiver[64];
	char site[200]; /* absolute address of the pages, or "" */
	char note[100]; /* "not acknowledged for 15 min", or "" */
	int64_t time_s;
	int32_t n_firing, n_resolved;
	size_t n_group;
	struct rule_label group[MESSAGE_GROUP_MAX];
	size_t n_alerts; /* firing first, worst first */
	struct message_alert alerts[MESSAGE_ALERTS_MAX];
};

void message_json(const struct message *m, struct buf *out);
int message_parse(const char *text, size_t len, struct message *out,
		  struct err *err);

/* One alert of it; what is missing or wrong reads as empty. */
void message_alert_json(const struct message_alert *a, struct buf *out);
void message_alert_read(const cJSON *json, struct message_alert *a);

/* LEVEL_OK when all is resolved, else the worst that fires. */
enum alert_level message_level(const struct message *m);

/* "[CRITICAL] Disk / on web1 is 96 % full", "[RESOLVED] …", with the number
 * of the others.  One line, at most 250 bytes. */
void message_title(const struct message *m, struct buf *out);

/* Plain text, a paragraph an alert; HTML for mail (png: refers to cid:g1). */
void message_text(const struct message *m, struct buf *out);
void message_html(const struct message *m, bool png, struct buf *out);

/* Words the forms share: "RESOLVED" of LEVEL_OK; "since …", or "began …,
 * lasted …"; how many the message counts and does not list. */
const char *message_word(enum alert_level level);
void message_times(const struct message_alert *a, struct buf *out);
int32_t message_unlisted(const struct message *m);

/* The page of an alert's host (or where it comes from) and the picture of its
 * series; nothing when the message has no site or the alert no series. */
void message_page_url(const struct message *m, const struct message_alert *a,
		      struct buf *out);
void message_graph_url(const struct message *m, const struct message_alert *a,
		       struct buf *out);

/* Copies with control bytes made blanks, cut to size at a UTF-8 boundary. */
void message_copy(char *out, size_t size, const char *text);

/* A span for people: "40 s", "12 min", "3 h", "2.5 days". */
void message_span(int64_t s, char out[24]);

#endif

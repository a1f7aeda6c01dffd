/* SPDX-License-Identifier: MIT */
/*
 * All alerts that can be: every rule with every series or host it matches.
 * One look reads the newest samples (STATE/latest), judges each alert and
 * steps its state; what changed is marked for alert/keep.h to store and
 * alert/tell.h to tell.
 */
#ifndef ALERT_ENGINE_H
#define ALERT_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/message.h"
#include "alert/settings.h"
#include "alert/silence.h"
#include "alert/state.h"
#include "alert/window.h"
#include "core/err.h"
#include "detect/finding.h"
#include "rrd/query.h"

struct learned;

struct watched_host {
	char cluster[SLUG_MAX + 1], host[SLUG_MAX + 1];
	int64_t time_s;		 /* newest sample of any of its series */
	int64_t changed_boot_ms; /* when we saw it arrive */
	bool down;		 /* an alert that inhibits it fires */
	bool was_down;		 /* the same, at the look before */
};

struct watched_series {
	struct path path;
	char text[PATH_SIZE];
	const struct family *family;
	struct watched_host *host;
	int64_t time_s, changed_boot_ms;
	int64_t barred_ms; /* of the time since, what counts for nothing */
	bool fresh;	   /* a new sample came with this look */
	bool back;	   /* its time was before that of the one before */
	bool old;	   /* its sample was old when it was first seen */
	double *rates;
	size_t first, n_alerts; /* in engine.alerts */
};

/* What was last heard of another program's alert (alert/foreign.h). */
struct heard {
	bool is;
	enum alert_level level;
	int64_t starts_s;
	int64_t until_boot_ms; /* without news it is over then */
	bool brief;	       /* over before any look saw it: fires for one */
};

/* Since when nothing came, so that a restart does not make it young again. */
struct quiet {
	bool is;
	int64_t seen_s; /* the newest sample's time */
	int64_t since_boot_ms;
};

struct alert {
	const struct rule *rule;       /* NULL: gone or heard, see snapshot */
	struct watched_series *series; /* NULL for an alert of a host */
	struct watched_host *host;
	struct rule_limits limits;
	char fingerprint[FINGERPRINT_SIZE];
	struct alert_state state;
	double value; /* of the last look; NaN unknown */
	char reason[FINDING_REASON_SIZE];
	struct window *window;	  /* or NULL */
	struct learned *learned;  /* or NULL */
	enum alert_change change; /* of the last look */
	enum alert_level level;	  /* held, or held last */
	enum alert_level told;
	int64_t ended_s;
	bool acked, silenced, inhibited, off_hours;
	bool dirty;			/* differs from what is stored */
	struct message_alert *snapshot; /* of what is gone, or was heard */
	struct heard heard;
	struct quiet quiet; /* condition silent */
};

struct engine {
	const struct settings *settings;
	struct query *query;
	struct rules rules; /* the settings' and the families' */
	struct watched_series *series;
	size_t n_series;
	struct watched_host *hosts;
	size_t n_hosts;
	struct alert *alerts; /* of series in order, then hosts, then gone */
	size_t n_alerts;
	struct silences silences;
	uint64_t generation;
	int64_t built_boot_ms, last_boot_ms;
	bool built;
	bool trust_wall; /* --once: ages by the wall clock, no patience */
	size_t n_learned, n_looked; /* work of the last look */
	char site[200];
	char origin[FINGERPRINT_SIZE]; /* marks what we sent, see keep.h */
};

/* settings and query are borrowed for the engine's life. */
void engine_init(struct engine *e, const struct settings *s, struct query *q);
void engine_done(struct engine *e);

/*
 * Makes or remakes the alerts when series or families changed, keeping the
 * state of those that stay; active ones that no longer exist become `gone`.
 * 0; 1 when nothing was ever stored; -1.
 */
int engine_build(struct engine *e, int64_t now_boot_ms, struct err *err);

/* One look at everything. */
int engine_look(struct engine *e, int64_t now_boot_ms, int64_t now_s,
		struct err *err);

/* The alert with that fingerprint, or NULL. */
struct alert *engine_find(struct engine *e, const char *fingerprint);

/* A label's value ("" for none): rule, severity, cluster, host, family,
 * instance, series, and the rule's own. */
const char *alert_label(const struct alert *a, const char *name);

/* What people read of an alert. */
void alert_describe(const struct engine *e, const struct alert *a,
		    struct message_alert *out);

/* 16 hex digits of a rule's name and a path. */
void alert_fingerprint(const char *rule, const char *path,
		       char out[FINGERPRINT_SIZE]);

#endif

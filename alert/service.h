/* SPDX-License-Identifier: MIT */
/*
 * robin-alert at work: one look after the other, each with its transaction,
 * and deliveries in between.  Holds STATE/alert.lock, so there is one.
 */
#ifndef ALERT_SERVICE_H
#define ALERT_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "alert/deliver.h"
#include "alert/engine.h"
#include "alert/heartbeat.h"
#include "alert/keep.h"
#include "alert/settings.h"
#include "core/err.h"
#include "events/store.h"

struct service {
	const char *state;
	const char *file; /* of settings; NULL: the usual place */
	char site[200];
	bool once;
	bool fenced; /* no program can be started any more */
	int lock;
	struct settings *settings;
	struct query query;
	struct events *db;
	struct engine engine;
	struct groups groups;
	struct deliver deliver;
	struct heartbeat heartbeat;
	int64_t purge_boot_ms; /* the next sweep of old history */
	int64_t n_queued;
	void (*note)(const char *what, const struct err *err); /* or NULL */
};

/* The caller sets state, file, site, once and note before. */
int service_open(struct service *s, struct err *err);
void service_close(struct service *s);

/* One look.  When it fails, nothing of it is stored and the next one begins
 * from what is. */
int service_look(struct service *s, struct err *err);

/* Sends what is due until boot time or *stop; EINTR returns early. */
int service_deliver(struct service *s, int64_t until_boot_ms,
		    const volatile int *stop, struct err *err);

/* Reads the file again; on failure the old settings hold. */
int service_reload(struct service *s, struct err *err);

#endif

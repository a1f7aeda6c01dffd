/* SPDX-License-Identifier: MIT */
/*
 * Alertmanager's words for our alerts: what the webhook and the
 * alertmanager notifier both write.
 */
#ifndef ALERT_AMJSON_H
#define ALERT_AMJSON_H

#include "alert/message.h"

struct buf;

/* {"alertname":…,"severity":…,"cluster":…,…}; label names are unique. */
void amjson_labels(const struct message_alert *a, struct buf *out);

/* {"summary":…,"description":…,"value":…,"runbook_url":…} */
void amjson_annotations(const struct message *m, const struct message_alert *a,
			struct buf *out);

/* The address of the host's page, or "" as a JSON string. */
void amjson_url(const struct message *m, const struct message_alert *a,
		struct buf *out);

#endif

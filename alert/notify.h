/* SPDX-License-Identifier: MIT */
/*
 * A notifier: a way to tell people.  One file each: notify_NAME.c defines
 * `const struct notifier notify_NAME`, and the build makes the table from
 * the folder listing.  A channel is a notifier with its options, by a name.
 */
#ifndef ALERT_NOTIFY_H
#define ALERT_NOTIFY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alert/message.h"
#include "core/err.h"

struct buf;

#define CHANNEL_OPTIONS_MAX 16
#define CHANNELS_MAX	    32

struct channel_option {
	char name[32], value[400];
};

struct notifier;

struct channel {
	char name[64];
	const struct notifier *notifier;
	int32_t per_hour; /* messages at most; 0: no cap */
	size_t n_options;
	struct channel_option options[CHANNEL_OPTIONS_MAX];
};

/* What is to be sent, and what came of it beyond success. */
struct delivery {
	const struct channel *channel;
	const struct message *message;
	const void *png; /* the graph of the first alert's series, or NULL */
	size_t png_len;
	int64_t retry_after_s; /* out: the peer's wish; -1 none */
	bool final;	       /* out: trying again cannot help */
};

struct notify_option {
	const char *name;
	bool required;
	const char *help;
};

struct notifier {
	const char *name;
	const char *help;
	bool wants_png;
	const struct notify_option *options; /* ends with name NULL */
	/* Whether a channel starts a program of others; NULL: never. */
	bool (*starts_program)(const struct channel *c);
	/* Beyond the option table; NULL: nothing to check. */
	int (*check)(const struct channel *c, struct err *err);
	/* Blocking, at most about 30 s; runs in a child.  0 delivered. */
	int (*send)(struct delivery *d, struct err *err);
};

/* Every notifier, in name order, NULL-terminated; and by name, or NULL. */
extern const struct notifier *const notifiers[];
const struct notifier *notifier_find(const char *name);

/* The value of a channel's option, or NULL. */
const char *channel_get(const struct channel *c, const char *name);

/* Checks names and what is required; does not touch the network. */
int channel_check(const struct channel *c, struct err *err);

/*
 * Reads the secret whose file is named by option "NAME-file" into out (at
 * most 4 KiB, a final line break dropped).  A file that others may read is
 * refused.  Without the option: 1, and nothing is read.
 */
int channel_secret(const struct channel *c, const char *name, struct buf *out,
		   struct err *err);

/*
 * For notifiers over HTTP: POSTs a body and judges the answer: 2xx is 0; 408,
 * 425, 429 and 5xx may be tried again (with Retry-After), the rest is final.
 */
struct net_request;
int notify_post(struct delivery *d, struct net_request *q, const char *body,
		size_t len, struct err *err);

#endif

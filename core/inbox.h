/* SPDX-License-Identifier: MIT */
/*
 * STATE/inbox: how anybody who is not the writer of events.db tells it
 * something.  One JSON file a message (docs/alerts.md has the forms), written
 * under a temporary name, synced and renamed; robin-alert reads, stores and
 * then removes it, so a message is kept over any crash of either side.
 */
#ifndef CORE_INBOX_H
#define CORE_INBOX_H

#include <stddef.h>

#include "core/err.h"

#define INBOX_BYTES_MAX 65536 /* of one file */
#define INBOX_FILES_MAX 4096  /* waiting; beyond it a drop is refused */
#define INBOX_NAME_SIZE 64

/*
 * Drops one message.  name (may be NULL) gets the file's name, which is also
 * the uid of the event it becomes.  ERR_TOO_LARGE, ERR_FULL when the reader
 * has not come for long, ERR_IO, ERR_DENIED.
 */
int inbox_drop(const char *state, const char *json, size_t len,
	       char name[INBOX_NAME_SIZE], struct err *err);

/* The same with a tag of at most 8 letters in the name: "…-TAG.json", so that
 * such messages are found without reading the others. */
int inbox_drop_as(const char *state, const char *tag, const char *json,
		  size_t len, char name[INBOX_NAME_SIZE], struct err *err);

#endif

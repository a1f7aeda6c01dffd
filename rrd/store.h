/* SPDX-License-Identifier: MIT */
/*
 * The one writer of RRD files: reads the log, keeps what each file still has
 * to take, and applies it in batches.
 *
 * Crash safety.  A checkpoint is a moment at which all files are durable; its
 * MARK says from which place on the log is still needed.  Before a file is
 * touched for the first time after it, the file's volatile header goes into
 * the log (HEADER) and is synced.  After a crash recovery writes those
 * headers back and applies the log again from the MARK: every row is written
 * again with the same values.  A file made since the checkpoint has its
 * layout and start in a HEADER instead, and is made again.
 *
 * Syncing takes long, so a checkpoint is cut first and finished later: headers
 * logged from the cut on carry its number, its MARK comes when all that was
 * applied before the cut is durable.  Recovery from a MARK takes the first
 * header of each file with that number or a later one.  When a sync fails,
 * the kernel may have dropped what it could not write, so nothing since the
 * last MARK is believed: the store is opened anew and recovers.
 *
 * It never logs; what people should know goes to the note function.
 */
#ifndef RRD_STORE_H
#define RRD_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/err.h"
#include "core/log.h"
#include "core/registry.h"
#include "rrd/cursor.h"
#include "rrd/gate.h"
#include "rrd/timeguard.h"
#include "rrd/wal.h"

#define STORE_NONE UINT32_MAX

enum store_file_state {
	FILE_UNKNOWN, /* not looked at since the start */
	FILE_READY,
	FILE_MISSING, /* to be made */
};

/* One series: its file and what it still has to take. */
struct store_file {
	uint64_t hash;
	int64_t last_s;	  /* the file's last update */
	uint64_t touched; /* checkpoint in which its header was logged */
	int32_t step_s, heartbeat_s;
	uint32_t first, last, n_ops; /* list in ops */
	enum store_file_state state;
	bool remake;   /* recovery: make it anew from `restore` */
	bool reported; /* its trouble was noted once */
	const struct record_head *restore; /* HEADER to write back */
	uint16_t path_bytes, n_ds;
	char path[];
};

/* A record waiting to be applied; points into the mapped log. */
struct store_op {
	const struct record_head *record;
	uint32_t next;
};

struct store_touch;

/* A checkpoint under way: what it will say once the files are durable. */
struct store_cut {
	pid_t child; /* that syncs; 0: none */
	int fd;	     /* readable when it has ended; -1: none */
	struct wal_pos at;
	uint64_t n_touched, n_made, header_bytes;
};

struct store {
	char state[256];
	struct registry *registry;
	struct wal *wal;
	struct gate gate;
	struct cursor cursor;
	struct store_file **files;
	size_t n_files, cap_files;
	uint32_t *index; /* open addressing, STORE_NONE: free */
	size_t n_index;
	struct store_op *ops;
	size_t n_ops, cap_ops, n_pending;
	uint64_t checkpoint;	    /* what headers logged now count for */
	uint64_t marked;	    /* the last one whose MARK is in the log */
	uint64_t synced;	    /* log is durable before this sequence */
	uint64_t n_touched, n_made; /* since the checkpoint */
	unsigned n_reported;	    /* files whose trouble was noted */
	uint64_t made_bytes, made_files; /* to take off the table's promise */
	struct wal_pos checkpoint_at;	 /* where the last one's log begins */
	uint64_t header_bytes;		 /* logged since the checkpoint */
	struct store_cut cut;
	int sync_fd;   /* STATE/rrd, open all the time: what syncfs says */
	bool unsure;   /* a sync failed: files may lack what they had */
	bool starting; /* headers read now are to be written back */
	int64_t checkpoint_boot_ms;
	struct timeguard guard;
	int lock_fd;
	int touch_fd;
	struct store_touch *touch;
	void (*note)(enum log_level level, const struct err *err,
		     const char *path, const char *what);
};

/* Takes STATE/store.lock (ERR_BUSY when another writer has it), recovers,
 * and reads the log to its end. */
int store_open(struct store *s, const char *state, struct err *err);

/* Gives everything back; safe on a half-opened one. */
void store_close(struct store *s);

/* Notes that the files are consistent as they are (unless a sync failed), so
 * that the next start in this boot need not recover.  Only before
 * store_close. */
void store_clean(struct store *s);

/* Takes in what was appended since the last call. */
int store_read(struct store *s, struct err *err);

/*
 * Applies what is pending: of one path, or of slice i of n (0 of 1: all).
 * until_boot_ms > 0 stops early at that time, with 1.  -1 when the log failed;
 * a file that cannot take its samples keeps them, and is noted.
 */
int store_apply_path(struct store *s, const char *path, struct err *err);
int store_apply_slice(struct store *s, unsigned i, unsigned n,
		      int64_t until_boot_ms, struct err *err);

/* Makes all files durable, marks it in the log, recycles segments. */
int store_checkpoint(struct store *s, struct err *err);

/*
 * The same while the writer goes on: a child syncs, cut.fd becomes readable
 * when it has ended, and end does the rest.  What is applied after begin
 * counts for the checkpoint after it.  ERR_BUSY when one is under way.
 */
int store_checkpoint_begin(struct store *s, struct err *err);
int store_checkpoint_end(struct store *s, struct err *err);

/* Whether one is due, and none under way: by bytes of log, or by age. */
bool store_checkpoint_due(const struct store *s);

/*
 * Whether the clock is believed now; when not, nothing is applied.  Accept
 * says that it is right; reject discards the samples that came from the jump
 * and lets the table of last values forget them.
 */
bool store_clock_ok(struct store *s);
int store_clock_accept(struct store *s, struct err *err);
int store_clock_reject(struct store *s, struct err *err);

/* The file of a path, added when it is new; NULL when out of memory. */
struct store_file *store_find(struct store *s, const char *path, size_t len,
			      struct err *err);

/* Writes headers back and removes half-made files. */
int store_recover(struct store *s, struct err *err);

/* The daemon: opens the store and serves until SIGTERM or SIGINT.  drain_s:
 * how often all is applied. */
int store_daemon(struct store *s, const char *state, int drain_s,
		 struct err *err);

#endif

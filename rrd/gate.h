/* SPDX-License-Identifier: MIT */
/*
 * The turnstile between readers and the writer of an RRD file.  librrd's own
 * lock fails or starves when readers are busy; this one is fair.
 *
 * STATE/gate is a file of 1,024 byte pairs chosen by path hash: byte 2k is
 * the turn, byte 2k+1 the room.  A reader takes the turn for a moment, and a
 * shared lock on the room with it, reads, leaves the room.  The writer takes
 * the turn, then the room, both exclusively, updates, leaves.  A waiting writer
 * thus lets running readers finish and no new ones in.  Open-file-description
 * locks, so a fork or a close elsewhere does not drop them; a killed process
 * leaves nothing locked.
 */
#ifndef RRD_GATE_H
#define RRD_GATE_H

#include <stdint.h>

#include "core/err.h"

struct gate {
	int fd;		   /* -1 when closed */
	unsigned from, to; /* pairs held as a run; the same: none */
	int64_t since_ms;  /* boot time it was taken at */
};

/* Opens (the writer creates) STATE/gate. */
int gate_open(struct gate *g, const char *state, struct err *err);
void gate_close(struct gate *g);

/*
 * Enter and leave for a series path ("local/web1/cpu").  Blocking; one entry
 * at a time per struct gate.  Hold it for the fetch, not for the drawing.
 */
int gate_enter_read(struct gate *g, const char *path, struct err *err);
int gate_enter_write(struct gate *g, const char *path, struct err *err);
void gate_leave(struct gate *g, const char *path);

/*
 * For a writer with several files at hand, in the order of their pairs: takes
 * the pairs first to last at once when nobody is in any of them, so that
 * entering and leaving within costs nothing.  Otherwise, and once the run has
 * lasted for some milliseconds, each file is entered by itself.  A run is a
 * small part of the gate, and the next one another: who waits gets in.
 */
unsigned gate_pair(uint64_t path_hash); /* XXH64, seed 0, of the path */
void gate_run(struct gate *g, unsigned first, unsigned last);
void gate_run_end(struct gate *g);

#endif

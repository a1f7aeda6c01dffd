/* SPDX-License-Identifier: MIT */
/*
 * The formats of /proc as pure functions of text.  An iterator takes lines off
 * *in until one is of its kind, and is false at the end; a line that is not
 * as the format says is passed over.
 */
#ifndef COLLECTORS_PARSE_H
#define COLLECTORS_PARSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "collectors/text.h"

/* A cpu line of /proc/stat, in clock ticks; guests taken out of user, nice. */
struct cpu_ticks {
	int32_t core; /* -1: the total */
	uint64_t user, nice, system, idle, iowait, irq, softirq, steal, guest;
};

bool parse_cpu(struct text *in, struct cpu_ticks *out);

/*
 * Idle, iowait and what guests are taken out of may step back a little
 * between two readings (proc(5): "not reliable"): a drop under a second is
 * evened out to no change, a larger one is a real reset and stays.
 */
void cpu_ticks_keep_rising(const struct cpu_ticks *before,
			   struct cpu_ticks *now, uint64_t hz);

/* /proc/loadavg. */
struct loadavg {
	double m1, m5, m15;
	uint64_t running, threads;
};

bool parse_loadavg(struct text in, struct loadavg *out);

/* A device line of /proc/diskstats (Documentation/admin-guide/iostats.rst). */
struct disk_counters {
	char name[64];
	uint64_t reads, sectors_read, ms_reading;
	uint64_t writes, sectors_written, ms_writing;
	uint64_t in_flight, ms_busy, ms_weighted;
	uint64_t sectors_discarded; /* 0 before Linux 4.18 */
};

bool parse_diskstats(struct text *in, struct disk_counters *out);

/* An interface line of /proc/net/dev. */
struct net_counters {
	char name[64];
	uint64_t rx_bytes, rx_packets, rx_errors, rx_drops;
	uint64_t tx_bytes, tx_packets, tx_errors, tx_drops;
};

bool parse_netdev(struct text *in, struct net_counters *out);

/* A file of /proc/pressure (Documentation/accounting/psi.rst). */
struct pressure_line {
	bool known;
	double avg10, avg60; /* percent */
	uint64_t total_us;
};

/* False when not even "some" is there; "full" may be missing (cpu). */
bool parse_pressure(struct text in, struct pressure_line *some,
		    struct pressure_line *full);

/* The state letter of a /proc/PID/stat line; 0 when there is none. */
char parse_pid_state(struct text in);

/* /proc/uptime: seconds since boot. */
bool parse_uptime(struct text in, double *out_s);

#endif

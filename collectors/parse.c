/* SPDX-License-Identifier: MIT */
/* The formats of /proc: see parse.h.  Pure; fuzzed. */
#include "collectors/parse.h"

#include <string.h>

#include "core/number.h"

#define CORES_MAX 8192

static bool
cpu_core(struct text name, int32_t *core)
{
	uint64_t n;

	if (!text_starts(name, "cpu"))
		return false;
	if (name.len == 3) {
		*core = -1;
		return true;
	}
	if (!number_u64(name.at + 3, name.len - 3, &n) || n >= CORES_MAX)
		return false;
	*core = (int32_t)n;
	return true;
}

static uint64_t
without(uint64_t whole, uint64_t part)
{
	return whole > part ? whole - part : 0;
}

/* user nice system idle, then what the kernel's age adds */
#define CPU_COLUMNS	10
#define CPU_COLUMNS_MIN 4

static bool
cpu_line(struct text line, struct cpu_ticks *out)
{
	uint64_t v[CPU_COLUMNS] = {0};
	struct text word;
	size_t n = 0;
	int32_t core;

	if (!text_word(&line, &word) || !cpu_core(word, &core))
		return false;
	/* fewer columns are an older kernel, a word among them is not */
	for (; n < CPU_COLUMNS && text_word(&line, &word); n++)
		if (!number_u64(word.at, word.len, &v[n]))
			return false;
	if (n < CPU_COLUMNS_MIN)
		return false;
	*out = (struct cpu_ticks){
	    .core = core,
	    .user = without(v[0], v[8]),
	    .nice = without(v[1], v[9]),
	    .system = v[2],
	    .idle = v[3],
	    .iowait = v[4],
	    .irq = v[5],
	    .softirq = v[6],
	    .steal = v[7],
	    .guest = v[8] + v[9],
	};
	return true;
}

bool
parse_cpu(struct text *in, struct cpu_ticks *out)
{
	struct text line;

	while (text_line(in, &line))
		if (cpu_line(line, out))
			return true;
	return false;
}

static void
keep(uint64_t before, uint64_t *now, uint64_t hz)
{
	if (*now < before && before - *now < hz)
		*now = before;
}

void
cpu_ticks_keep_rising(const struct cpu_ticks *before, struct cpu_ticks *now,
		      uint64_t hz)
{
	keep(before->user, &now->user, hz);
	keep(before->nice, &now->nice, hz);
	keep(before->system, &now->system, hz);
	keep(before->idle, &now->idle, hz);
	keep(before->iowait, &now->iowait, hz);
	keep(before->irq, &now->irq, hz);
	keep(before->softirq, &now->softirq, hz);
	keep(before->steal, &now->steal, hz);
	keep(before->guest, &now->guest, hz);
}

bool
parse_loadavg(struct text in, struct loadavg *out)
{
	struct text line, counts, threads;
	struct loadavg l;

	if (!text_line(&in, &line) || !text_double(&line, &l.m1) ||
	    !text_double(&line, &l.m5) || !text_double(&line, &l.m15) ||
	    !text_word(&line, &counts) || !text_cut(&counts, '/', &threads) ||
	    !number_u64(counts.at, counts.len, &l.running) ||
	    !number_u64(threads.at, threads.len, &l.threads))
		return false;
	*out = l;
	return true;
}

/* Numbers at these places of a diskstats line, after the name. */
#define DISK_COLUMNS	 15
#define DISK_COLUMNS_MIN 11

static bool
disk_line(struct text line, struct disk_counters *out)
{
	uint64_t v[DISK_COLUMNS] = {0};
	struct disk_counters d;
	struct text name;
	size_t n = 0;

	if (!text_skip(&line, 2) || !text_word(&line, &name) ||
	    !text_copy(name, d.name, sizeof(d.name)))
		return false;
	while (n < DISK_COLUMNS && text_u64(&line, &v[n]))
		n++;
	if (n < DISK_COLUMNS_MIN)
		return false;
	/* v[1], v[5]: merged; v[11..14]: discards */
	d.reads = v[0];
	d.sectors_read = v[2];
	d.ms_reading = v[3];
	d.writes = v[4];
	d.sectors_written = v[6];
	d.ms_writing = v[7];
	d.in_flight = v[8];
	d.ms_busy = v[9];
	d.ms_weighted = v[10];
	d.sectors_discarded = v[13];
	*out = d;
	return true;
}

bool
parse_diskstats(struct text *in, struct disk_counters *out)
{
	struct text line;

	while (text_line(in, &line))
		if (disk_line(line, out))
			return true;
	return false;
}

/* The interface's name ends at the last ':' (an alias "eth0:1" has one). */
static bool
net_name(struct text *line, struct text *name)
{
	size_t colon = line->len;

	while (colon > 0 && line->at[colon - 1] != ':')
		colon--;
	if (colon == 0)
		return false;
	*name = (struct text){.at = line->at, .len = colon - 1};
	while (name->len > 0 && name->at[0] == ' ') {
		name->at++;
		name->len--;
	}
	line->at += colon;
	line->len -= colon;
	return name->len > 0;
}

#define NET_COLUMNS 16

static bool
net_line(struct text line, struct net_counters *out)
{
	uint64_t v[NET_COLUMNS];
	struct net_counters c;
	struct text name;

	if (!net_name(&line, &name) || !text_copy(name, c.name, sizeof(c.name)))
		return false;
	for (size_t i = 0; i < NET_COLUMNS; i++)
		if (!text_u64(&line, &v[i]))
			return false;
	c.rx_bytes = v[0];
	c.rx_packets = v[1];
	c.rx_errors = v[2];
	c.rx_drops = v[3];
	c.tx_bytes = v[8];
	c.tx_packets = v[9];
	c.tx_errors = v[10];
	c.tx_drops = v[11];
	*out = c;
	return true;
}

bool
parse_netdev(struct text *in, struct net_counters *out)
{
	struct text line;

	while (text_line(in, &line))
		if (net_line(line, out))
			return true;
	return false;
}

/* The value of a word "key=value". */
static bool
keyed(struct text *line, const char *key, struct text *value)
{
	struct text word;

	return text_word(line, &word) && text_cut(&word, '=', value) &&
	       text_is(word, key);
}

static bool
pressure_line(struct text line, struct pressure_line *out)
{
	struct text avg10, avg60, avg300, total;
	struct pressure_line p = {.known = true};

	if (!keyed(&line, "avg10", &avg10) || !keyed(&line, "avg60", &avg60) ||
	    !keyed(&line, "avg300", &avg300) ||
	    !keyed(&line, "total", &total) ||
	    !number_double(avg10.at, avg10.len, &p.avg10) ||
	    !number_double(avg60.at, avg60.len, &p.avg60) ||
	    !number_u64(total.at, total.len, &p.total_us))
		return false;
	*out = p;
	return true;
}

bool
parse_pressure(struct text in, struct pressure_line *some,
	       struct pressure_line *full)
{
	struct text line, kind;

	some->known = full->known = false;
	while (text_line(&in, &line)) {
		if (!text_word(&line, &kind))
			continue;
		if (text_is(kind, "some"))
			(void)pressure_line(line, some);
		else if (text_is(kind, "full"))
			(void)pressure_line(line, full);
	}
	return some->known;
}

char
parse_pid_state(struct text in)
{
	/* "PID (name) S …": the name may hold blanks and brackets */
	for (size_t i = in.len; i-- > 0;) {
		if (in.at[i] != ')')
			continue;
		if (i + 2 >= in.len || in.at[i + 1] != ' ')
			return '\0';
		return in.at[i + 2];
	}
	return '\0';
}

bool
parse_uptime(struct text in, double *out_s)
{
	struct text line;

	return text_line(&in, &line) && text_double(&line, out_s);
}

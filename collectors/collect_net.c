/* SPDX-License-Identifier: MIT */
/*
 * Traffic of network interfaces from /proc/net/dev (proc(5)).
 *
 * `net` without an instance is the traffic with the outside: the sum over the
 * interfaces that have hardware behind them (sys/class/net/NAME/device), or
 * over all but the loopback where none has (a container).  Bridges, tunnels
 * and VLANs carry the same bytes again and are parts only.
 *
 * Left out: the host's ends of containers' links, whose names are random, and
 * what never carried a packet and has no hardware.
 */
#include "collectors/collector.h"

#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "collectors/parse.h"
#include "collectors/source.h"

#define MAX_RATE    1.25e11 /* bytes/s: a terabit */
#define MAX_PACKETS 1e9
#define NET_MAX	    256

#define RATE(name_, label_, unit_, help_, raw_, draw_, role_, max_)            \
	{                                                                      \
		.name = name_, .label = label_, .unit = unit_, .help = help_,  \
		.raw_unit = raw_, .kind = METRIC_DERIVE, .draw = draw_,        \
		.role = role_, .min = 0, .max = max_,                          \
	}

static const struct metric byte_metrics[] = {
    RATE("rx_bytes", "received", "bytes/s", "Bytes received", "bytes",
	 DRAW_AREA, ROLE_NETWORK_IN, MAX_RATE),
    RATE("tx_bytes", "sent", "bytes/s", "Bytes sent", "bytes", DRAW_MIRROR,
	 ROLE_NETWORK_OUT, MAX_RATE),
};

static const struct metric packet_metrics[] = {
    RATE("rx_packets", "received", "packets/s", "Packets received", NULL,
	 DRAW_AREA, ROLE_NONE, MAX_PACKETS),
    RATE("tx_packets", "sent", "packets/s", "Packets sent", NULL, DRAW_MIRROR,
	 ROLE_NONE, MAX_PACKETS),
};

static const struct metric error_metrics[] = {
    RATE("rx_errors", "receive errors", "packets/s",
	 "Packets that arrived damaged", NULL, DRAW_LINE, ROLE_NETWORK_ERRORS,
	 MAX_PACKETS),
    RATE("tx_errors", "send errors", "packets/s",
	 "Packets that could not be sent", NULL, DRAW_LINE, ROLE_NETWORK_ERRORS,
	 MAX_PACKETS),
    RATE("rx_drops", "dropped on receipt", "packets/s",
	 "Packets dropped on receipt: no room, or nobody wanted them", NULL,
	 DRAW_LINE, ROLE_NONE, MAX_PACKETS),
    RATE("tx_drops", "dropped on sending", "packets/s",
	 "Packets dropped on sending", NULL, DRAW_LINE, ROLE_NONE, MAX_PACKETS),
};

static const struct family bytes = {
    .name = "net",
    .title = "Network traffic",
    .unit = "bytes/s",
    .help = "Bytes received and sent; in total, with the outside only",
    .category = "network",
    .instance_label = "interface",
    .total_and_parts = true,
    COLLECT_FAMILY,
    COLLECT_METRICS(byte_metrics),
};

static const struct family packets = {
    .name = "net_packets",
    .title = "Network packets",
    .unit = "packets/s",
    .help = "Packets received and sent",
    .category = "network",
    .instance_label = "interface",
    COLLECT_FAMILY,
    COLLECT_METRICS(packet_metrics),
};

static const struct family_alert error_alerts[] = {
    {.role = ROLE_NETWORK_ERRORS, .warning = 1, .critical = 100, .for_s = 300},
};

static const struct family errors = {
    .name = "net_errors",
    .title = "Network errors",
    .unit = "packets/s",
    .help = "Packets that were damaged or dropped",
    .category = "network",
    .instance_label = "interface",
    COLLECT_FAMILY,
    COLLECT_METRICS(error_metrics),
    COLLECT_ALERTS(error_alerts),
};

static const struct family *const families[] = {&bytes, &packets, &errors,
						NULL};

static struct source dev = {.path = "proc/self/net/dev",
			    .other = "proc/1/net/dev"};

static bool
has_random_name(const char *name)
{
	static const char *const prefixes[] = {"veth", "cali", "lxc"};

	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return true;
	return false;
}

static bool
has_hardware(const char *root, const char *name)
{
	char path[128];

	(void)snprintf(path, sizeof(path), "sys/class/net/%s/device", name);
	return strchr(name, '/') == NULL && source_exists(root, path);
}

static int
put(struct sample_sink *sink, const struct family *f, const char *name,
    const uint64_t *counters, struct err *err)
{
	struct sample s;

	sample_init(&s, f);
	if (name[0] != '\0')
		slug_make(name, strlen(name), s.instance);
	for (size_t i = 0; i < f->n_metrics; i++)
		s.values[i] = VALUE_OF_U(counters[i]);
	return sink->put(sink, &s, err);
}

static int
put_interface(struct sample_sink *sink, const struct net_counters *c,
	      struct err *err)
{
	const uint64_t b[] = {c->rx_bytes, c->tx_bytes};
	const uint64_t p[] = {c->rx_packets, c->tx_packets};
	const uint64_t e[] = {c->rx_errors, c->tx_errors, c->rx_drops,
			      c->tx_drops};

	if (put(sink, &bytes, c->name, b, err) != 0 ||
	    put(sink, &packets, c->name, p, err) != 0)
		return -1;
	return put(sink, &errors, c->name, e, err);
}

/* A sum over some interfaces. */
struct total {
	uint64_t rx, tx, names;
	size_t n;
};

static void
add(struct total *t, const struct net_counters *c)
{
	t->rx += c->rx_bytes;
	t->tx += c->tx_bytes;
	t->names += XXH64(c->name, strlen(c->name), 0);
	t->n++;
}

/*
 * When an interface joins the sum or leaves it, the change is not traffic:
 * the total is unknown for that once.
 */
static int
put_total(const char *root, struct sample_sink *sink, const struct total *t,
	  struct err *err)
{
	static uint64_t before;
	bool changed =
	    source_is_live(root) && before != 0 && before != t->names;
	const uint64_t b[] = {t->rx, t->tx};
	struct sample s;

	if (source_is_live(root))
		before = t->names;
	if (t->n == 0)
		return 0;
	if (!changed)
		return put(sink, &bytes, "", b, err);
	sample_init(&s, &bytes);
	return sink->put(sink, &s, err);
}

static bool
available(const char *root)
{
	return source_exists(root, "proc/self/net/dev") ||
	       source_exists(root, "proc/1/net/dev");
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	struct total hardware = {0}, others = {0};
	struct net_counters c;
	struct text in;

	if (source_read(&dev, root, &in, err) != 0)
		return -1;
	for (size_t n = 0; n < NET_MAX && parse_netdev(&in, &c);) {
		bool hard = has_hardware(root, c.name);

		if (has_random_name(c.name) ||
		    (!hard && c.rx_packets + c.tx_packets == 0))
			continue;
		if (hard)
			add(&hardware, &c);
		else if (strcmp(c.name, "lo") != 0)
			add(&others, &c);
		if (put_interface(sink, &c, err) != 0)
			return -1;
		n++;
	}
	return put_total(root, sink, hardware.n > 0 ? &hardware : &others, err);
}

const struct collector collect_net = {
    .name = "net",
    .help = "Bytes, packets, errors and drops of each network interface",
    .families = families,
    .available = available,
    .collect = collect,
};

/* SPDX-License-Identifier: MIT */
/* The formats of /proc: right, short, and hostile. */
#include "test.h"

#include "collectors/parse.h"

static void
test_cpu(void **state)
{
	struct text in = text_of("cpu  1000 200 300 4000 50 6 7 8 90 10\n"
				 "cpu0 1 2 3 4\n"
				 "intr 5 5 5\n"
				 "cpu12 10 0 0 0 0 0 0 0 20 0\n");
	struct cpu_ticks t;

	assert_true(parse_cpu(&in, &t));
	assert_int_equal(t.core, -1);
	/* a guest's time is user time as well, and counted once */
	assert_int_equal(t.user, 910);
	assert_int_equal(t.nice, 190);
	assert_int_equal(t.guest, 100);
	assert_int_equal(t.system, 300);
	assert_int_equal(t.idle, 4000);
	assert_int_equal(t.iowait, 50);
	assert_int_equal(t.irq, 6);
	assert_int_equal(t.softirq, 7);
	assert_int_equal(t.steal, 8);
	assert_true(parse_cpu(&in, &t));
	assert_int_equal(t.core, 0);
	assert_int_equal(t.idle, 4);
	assert_int_equal(t.steal, 0);
	assert_true(parse_cpu(&in, &t));
	assert_int_equal(t.core, 12);
	assert_int_equal(t.user, 0);
	assert_false(parse_cpu(&in, &t));
}

static void
test_cpu_refuses(void **state)
{
	static const char *const bad[] = {
	    "cpu 1 2 3\n",
	    "cpu0 1 2 3 x\n",
	    "cpu0 1 2 3 4 5 nan\n",
	    "cpu0 -1 2 3 4\n",
	    "cpu99999 1 2 3 4\n",
	    "cpux 1 2 3 4\n",
	    "cpu-1 1 2 3 4\n",
	    "cpu0 1 2 3 4",
	    "cpu 1 2 3 99999999999999999999999\n",
	};
	struct cpu_ticks t;

	for (size_t i = 0; i < COUNT(bad); i++) {
		struct text in = text_of(bad[i]);

		assert_false(parse_cpu(&in, &t));
	}
}

static void
test_cpu_keeps_rising(void **state)
{
	struct cpu_ticks before = {.idle = 1000, .iowait = 500, .user = 300};
	struct cpu_ticks now = {.idle = 999, .iowait = 100, .user = 301};

	cpu_ticks_keep_rising(&before, &now, 100);
	assert_int_equal(now.idle, 1000);  /* a flicker */
	assert_int_equal(now.iowait, 100); /* a reset */
	assert_int_equal(now.user, 301);
}

static void
test_loadavg(void **state)
{
	struct loadavg l = {.m1 = 9};

	assert_true(parse_loadavg(text_of("0.31 1.12 2.03 2/99 9478\n"), &l));
	assert_float_equal(l.m1, 0.31, 1e-12);
	assert_float_equal(l.m15, 2.03, 1e-12);
	assert_int_equal(l.running, 2);
	assert_int_equal(l.threads, 99);
	l.m1 = 9;
	assert_false(parse_loadavg(text_of(""), &l));
	assert_false(parse_loadavg(text_of("0.31 1.12\n"), &l));
	assert_false(parse_loadavg(text_of("nan 1 1 1/1 1\n"), &l));
	assert_false(parse_loadavg(text_of("1 1 1 11 1\n"), &l));
	assert_float_equal(l.m1, 9, 0);
}

static void
test_diskstats(void **state)
{
	struct text in =
	    text_of("   8 0 sda 1 2 3 4 5 6 7 8 9 10 11\n"
		    "   8 1 short 1 2 3\n"
		    " 259 0 nvme0n1 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n"
		    "   8 2 cut 1 2 3 4 5 6 7 8 9 10 11");
	struct disk_counters d;

	assert_true(parse_diskstats(&in, &d));
	assert_string_equal(d.name, "sda");
	assert_int_equal(d.reads, 1);
	assert_int_equal(d.sectors_read, 3);
	assert_int_equal(d.ms_reading, 4);
	assert_int_equal(d.writes, 5);
	assert_int_equal(d.sectors_written, 7);
	assert_int_equal(d.ms_writing, 8);
	assert_int_equal(d.in_flight, 9);
	assert_int_equal(d.ms_busy, 10);
	assert_int_equal(d.ms_weighted, 11);
	assert_int_equal(d.sectors_discarded, 0);
	assert_true(parse_diskstats(&in, &d));
	assert_string_equal(d.name, "nvme0n1");
	assert_int_equal(d.sectors_discarded, 14);
	assert_false(parse_diskstats(&in, &d));
}

static void
test_netdev(void **state)
{
	struct text in =
	    text_of("Inter-|   Receive                |  Transmit\n"
		    " face |bytes    packets|bytes packets\n"
		    "  eth0:1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
		    "eth0:1: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n"
		    " eth1: 1 2 3\n"
		    ": 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16\n");
	struct net_counters c;

	assert_true(parse_netdev(&in, &c));
	assert_string_equal(c.name, "eth0");
	assert_int_equal(c.rx_bytes, 1);
	assert_int_equal(c.rx_packets, 2);
	assert_int_equal(c.rx_errors, 3);
	assert_int_equal(c.rx_drops, 4);
	assert_int_equal(c.tx_bytes, 9);
	assert_int_equal(c.tx_packets, 10);
	assert_int_equal(c.tx_errors, 11);
	assert_int_equal(c.tx_drops, 12);
	assert_true(parse_netdev(&in, &c));
	assert_string_equal(c.name, "eth0:1");
	assert_false(parse_netdev(&in, &c));
}

static void
test_pressure(void **state)
{
	struct pressure_line some, full;

	assert_true(parse_pressure(
	    text_of("some avg10=2.83 avg60=1.14 avg300=0.34 total=6426965\n"
		    "full avg10=0.50 avg60=0.00 avg300=0.00 total=12\n"),
	    &some, &full));
	assert_float_equal(some.avg10, 2.83, 1e-12);
	assert_float_equal(some.avg60, 1.14, 1e-12);
	assert_int_equal(some.total_us, 6426965);
	assert_true(full.known);
	assert_int_equal(full.total_us, 12);
	/* before Linux 5.13, cpu has no "full" */
	assert_true(parse_pressure(
	    text_of("some avg10=1.00 avg60=1.00 avg300=0.00 total=1\n"), &some,
	    &full));
	assert_false(full.known);
	assert_false(parse_pressure(text_of("some avg10=inf avg60=1 avg300=1 "
					    "total=1\n"),
				    &some, &full));
	assert_false(
	    parse_pressure(text_of("some total=1 avg10=1\n"), &some, &full));
	assert_false(parse_pressure(text_of(""), &some, &full));
}

static void
test_pid_state(void **state)
{
	assert_int_equal(parse_pid_state(text_of("17 (a) b) (c) R 1 17\n")),
			 'R');
	assert_int_equal(parse_pid_state(text_of("1 (x) S")), 'S');
	assert_int_equal(parse_pid_state(text_of("1 (x) ")), 0);
	assert_int_equal(parse_pid_state(text_of("1 (x)")), 0);
	assert_int_equal(parse_pid_state(text_of(")")), 0);
	assert_int_equal(parse_pid_state(text_of("")), 0);
}

static void
test_uptime(void **state)
{
	double s = 1;

	assert_true(parse_uptime(text_of("86400.50 172800.25\n"), &s));
	assert_float_equal(s, 86400.5, 0);
	assert_false(parse_uptime(text_of("1e400 1\n"), &s));
	assert_false(parse_uptime(text_of("864"), &s));
	assert_float_equal(s, 86400.5, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cpu),
	    cmocka_unit_test(test_cpu_refuses),
	    cmocka_unit_test(test_cpu_keeps_rising),
	    cmocka_unit_test(test_loadavg),
	    cmocka_unit_test(test_diskstats),
	    cmocka_unit_test(test_netdev),
	    cmocka_unit_test(test_pressure),
	    cmocka_unit_test(test_pid_state),
	    cmocka_unit_test(test_uptime),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

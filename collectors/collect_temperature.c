/* SPDX-License-Identifier: MIT */
/*
 * Temperatures from the kernel's hardware monitoring (the kernel's
 * Documentation/hwmon/sysfs-interface.rst: thousandths of a degree), else
 * from its thermal zones.  An instance is CHIP/SENSOR; the chip is named with
 * its device only where two have the same name.  Reading some sensors waits
 * for a slow bus, so this runs in a child.
 */
#include "collectors/collector.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "collectors/source.h"
#include "core/number.h"

#define HWMON	  "sys/class/hwmon"
#define THERMAL	  "sys/class/thermal"
#define CHIPS_MAX 64
#define NAME_SIZE 64

static const struct metric metrics[] = {
    {.name = "temperature",
     .label = "temperature",
     .unit = "celsius",
     .help = "What the sensor says",
     .raw_unit = "celsius",
     .kind = METRIC_GAUGE,
     .draw = DRAW_LINE,
     .role = ROLE_TEMPERATURE,
     .min = -60,
     .max = 200},
};

static const struct family_alert alerts[] = {
    {.role = ROLE_TEMPERATURE, .warning = 85, .critical = 95, .for_s = 300},
};

static const struct family family = {
    .name = "temperature",
    .title = "Temperature",
    .unit = "celsius",
    .help = "What the machine's temperature sensors say",
    .category = "system",
    .instance_label = "sensor",
    COLLECT_FAMILY,
    COLLECT_METRICS(metrics),
    COLLECT_ALERTS(alerts),
};

static const struct family *const families[] = {&family, NULL};

struct chip {
	char folder[64]; /* "hwmon0" */
	char name[NAME_SIZE];
};

/* The first line of a file, terminated; false when there is none. */
static bool
read_name(const char *root, const char *path, char out[NAME_SIZE])
{
	struct text in, line;

	return source_read_path(root, path, &in, NULL) == 0 &&
	       text_line(&in, &line) && line.len > 0 &&
	       text_copy(line, out, NAME_SIZE);
}

/* A temperature in thousandths of a degree. */
static bool
read_milli(const char *root, const char *path, double *out_c)
{
	struct text in, line;
	int64_t v;

	if (source_read_path(root, path, &in, NULL) != 0 ||
	    !text_line(&in, &line) || !number_i64(line.at, line.len, &v))
		return false;
	*out_c = (double)v / 1000;
	return true;
}

/* Lists folders below path whose name starts with prefix and that have a
 * name file; returns how many. */
static size_t
list_chips(const char *root, const char *path, const char *prefix,
	   const char *name_file, struct chip *chips)
{
	char full[SOURCE_PATH_MAX];
	struct dirent *e;
	size_t n = 0;
	DIR *dir;

	if (!source_path(root, path, full) || (dir = opendir(full)) == NULL)
		return 0;
	while (n < CHIPS_MAX && (e = readdir(dir)) != NULL) {
		char file[256];
		struct text name = text_of(e->d_name);

		if (!text_starts(name, prefix) ||
		    !text_copy(name, chips[n].folder, sizeof(chips[n].folder)))
			continue;
		(void)snprintf(file, sizeof(file), "%s/%.63s/%s", path,
			       chips[n].folder, name_file);
		if (read_name(root, file, chips[n].name))
			n++;
	}
	(void)closedir(dir);
	return n;
}

static bool
is_only_one(const struct chip *chips, size_t n, size_t i)
{
	for (size_t k = 0; k < n; k++)
		if (k != i && strcmp(chips[k].name, chips[i].name) == 0)
			return false;
	return true;
}

/* The last part of the link to the chip's device ("nvme0"), or its folder. */
static void
device_name(const char *root, const struct chip *chip, char out[NAME_SIZE])
{
	char path[128], full[SOURCE_PATH_MAX], target[PATH_MAX];
	const char *base = chip->folder, *slash;
	ssize_t n = -1;

	(void)snprintf(path, sizeof(path), HWMON "/%.63s/device", chip->folder);
	if (source_path(root, path, full))
		n = readlink(full, target, sizeof(target) - 1);
	if (n > 0) {
		target[n] = '\0';
		slash = strrchr(target, '/');
		base = slash != NULL ? slash + 1 : target;
	}
	(void)snprintf(out, NAME_SIZE, "%.63s", base);
}

static int
put(struct sample_sink *sink, const char *chip, const char *sensor, double c,
    struct err *err)
{
	char name[3 * NAME_SIZE + 2];
	struct sample s;
	int n;

	n = snprintf(name, sizeof(name), "%s%s%s", chip,
		     sensor[0] != '\0' ? "/" : "", sensor);
	for (int i = 0; i < n; i++)
		if (name[i] == ' ')
			name[i] = '_';
	sample_init(&s, &family);
	slug_make(name, (size_t)n, s.instance);
	s.values[0] = VALUE_OF_F(c);
	return sink->put(sink, &s, err);
}

/* All tempN_input of one chip. */
static int
put_chip(const char *root, const struct chip *chip, const char *shown,
	 struct sample_sink *sink, struct err *err)
{
	for (int i = 1; i <= 64; i++) {
		char path[160], label[NAME_SIZE];
		double c;

		(void)snprintf(path, sizeof(path), HWMON "/%.63s/temp%d_input",
			       chip->folder, i);
		if (!read_milli(root, path, &c))
			continue;
		(void)snprintf(path, sizeof(path), HWMON "/%.63s/temp%d_label",
			       chip->folder, i);
		if (!read_name(root, path, label))
			(void)snprintf(label, sizeof(label), "temp%d", i);
		if (put(sink, shown, label, c, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_hwmon(const char *root, const struct chip *chips, size_t n,
	  struct sample_sink *sink, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		char shown[2 * NAME_SIZE], device[NAME_SIZE];

		(void)snprintf(shown, sizeof(shown), "%s", chips[i].name);
		if (!is_only_one(chips, n, i)) {
			device_name(root, &chips[i], device);
			(void)snprintf(shown, sizeof(shown), "%s-%s",
				       chips[i].name, device);
		}
		if (put_chip(root, &chips[i], shown, sink, err) != 0)
			return -1;
	}
	return 0;
}

static int
put_zones(const char *root, const struct chip *zones, size_t n,
	  struct sample_sink *sink, struct err *err)
{
	for (size_t i = 0; i < n; i++) {
		char path[160];
		double c;

		(void)snprintf(path, sizeof(path), THERMAL "/%.63s/temp",
			       zones[i].folder);
		if (!read_milli(root, path, &c))
			continue;
		if (put(sink, zones[i].name,
			is_only_one(zones, n, i) ? "" : zones[i].folder, c,
			err) != 0)
			return -1;
	}
	return 0;
}

/* Whether any chip has a first or second temperature (some have only fans). */
static bool
has_temperature(const char *root, const struct chip *chips, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		for (int k = 1; k <= 2; k++) {
			char path[160];

			(void)snprintf(path, sizeof(path),
				       HWMON "/%.63s/temp%d_input",
				       chips[i].folder, k);
			if (source_exists(root, path))
				return true;
		}
	}
	return false;
}

static bool
available(const char *root)
{
	struct chip list[CHIPS_MAX];
	size_t n = list_chips(root, HWMON, "hwmon", "name", list);

	return has_temperature(root, list, n) ||
	       list_chips(root, THERMAL, "thermal_zone", "type", list) > 0;
}

static int
collect(const char *root, struct sample_sink *sink, struct err *err)
{
	struct chip list[CHIPS_MAX];
	size_t n = list_chips(root, HWMON, "hwmon", "name", list);

	if (has_temperature(root, list, n))
		return put_hwmon(root, list, n, sink, err);
	/* zones repeat the chips' sensors where there are chips */
	n = list_chips(root, THERMAL, "thermal_zone", "type", list);
	return put_zones(root, list, n, sink, err);
}

const struct collector collect_temperature = {
    .name = "temperature",
    .help = "Temperature sensors, where there are any",
    .families = families,
    .blocks = true,
    .available = available,
    .collect = collect,
};

/* SPDX-License-Identifier: MIT */
/* JSON Schemas shared by routes: see schemas.h. */
#include "fcgi/schemas.h"

#define INT	 "{\"type\":\"integer\"}"
#define INT_NULL "{\"type\":[\"integer\",\"null\"]}"
#define NUM	 "{\"type\":\"number\"}"
#define NUM_NULL "{\"type\":[\"number\",\"null\"]}"
#define STR	 "{\"type\":\"string\"}"
#define BOOL	 "{\"type\":\"boolean\"}"
#define ROWS                                                                   \
	"{\"type\":\"array\",\"items\":{\"type\":\"array\","                   \
	"\"items\":" NUM_NULL "}}"
#define COLUMN "{\"type\":\"array\",\"items\":" NUM "}"
#define VALUES "{\"type\":\"object\",\"additionalProperties\":" NUM_NULL "}"

const struct schema schemas[] = {
    /* RFC 9457 */
    {"Problem",
     "{\"type\":\"object\",\"required\":[\"type\",\"title\","
     "\"status\",\"detail\",\"instance\",\"code\"],"
     "\"properties\":{\"type\":" STR ",\"title\":" STR ",\"status\":" INT
     ",\"code\":" STR ",\"detail\":" STR ",\"instance\":" STR "}}"},
    {"Host",
     "{\"type\":\"object\",\"required\":[\"cluster\",\"host\","
     "\"page\",\"last\",\"age\",\"families\",\"series\"],"
     "\"properties\":{\"cluster\":" STR ",\"host\":" STR ",\"page\":" STR
     ",\"last\":" INT ",\"age\":" INT ",\"families\":" INT ",\"series\":" INT
     "},\"additionalProperties\":false}"},
    {"Latest", "{\"type\":\"object\",\"required\":[\"path\",\"cluster\","
	       "\"host\",\"family\",\"instance\",\"time\",\"age\","
	       "\"stale\",\"values\",\"raw\"],\"properties\":{\"path\":" STR
	       ",\"cluster\":" STR ",\"host\":" STR ",\"family\":" STR
	       ",\"instance\":" STR ",\"time\":" INT ",\"age\":" INT
	       ",\"stale\":" BOOL ",\"values\":" VALUES ",\"raw\":" VALUES
	       "},\"additionalProperties\":false}"},
    {"Metric", "{\"type\":\"object\",\"required\":[\"name\",\"kind\"],"
	       "\"properties\":{\"name\":" STR ",\"label\":" STR
	       ",\"unit\":" STR ",\"help\":" STR ",\"raw_unit\":" STR
	       ",\"kind\":{\"enum\":[\"gauge\",\"derive\",\"dderive\","
	       "\"absolute\"]},\"draw\":" STR ",\"role\":" STR ",\"min\":" NUM
	       ",\"max\":" NUM ",\"colour\":" INT "}}"},
    {"Family", "{\"type\":\"object\",\"required\":[\"name\",\"title\","
	       "\"step\",\"heartbeat\",\"metrics\"],"
	       "\"properties\":{\"name\":" STR ",\"title\":" STR
	       ",\"unit\":" STR ",\"help\":" STR ",\"category\":" STR
	       ",\"instance_label\":" STR ",\"profile\":" STR ",\"step\":" INT
	       ",\"heartbeat\":" INT ",\"metrics\":{\"type\":\"array\","
	       "\"items\":{\"$ref\":\"#/components/schemas/Metric\"}}}}"},
    /* rows[i] covers (start+(i-1)*step, start+i*step] */
    {"Series",
     "{\"type\":\"object\",\"required\":[\"path\",\"start\","
     "\"step\",\"metrics\",\"rows\"],\"properties\":{\"path\":" STR
     ",\"start\":" INT ",\"step\":" INT
     ",\"metrics\":{\"type\":\"array\",\"items\":" STR "},\"rows\":" ROWS
     ",\"min\":" ROWS ",\"max\":" ROWS
     ",\"forecast\":{\"type\":[\"object\",\"null\"],\"required\":["
     "\"start\",\"step\",\"median\",\"low\",\"high\"],\"properties\":{"
     "\"start\":" INT ",\"step\":" INT ",\"median\":" COLUMN ",\"low\":" COLUMN
     ",\"high\":" COLUMN
     "},\"additionalProperties\":false}},\"additionalProperties\":false}"},
    {"Graph", "{\"oneOf\":[{\"$ref\":\"#/components/schemas/Series\"},"
	      "{\"type\":\"object\",\"required\":[\"series\"],"
	      "\"properties\":{\"series\":{\"type\":\"array\","
	      "\"items\":{\"$ref\":\"#/components/schemas/Series\"}}},"
	      "\"additionalProperties\":false}]}"},
    /* cpu, memory, disk are shares of 1; uptime and data_age seconds */
    {"Health", "{\"type\":\"object\",\"required\":[\"status\",\"cpu\","
	       "\"memory\",\"errors\",\"uptime\",\"data_age\","
	       "\"version\"],"
	       "\"properties\":{\"status\":{\"enum\":[\"ok\","
	       "\"degraded\",\"failing\"]},\"reason\":" STR ",\"cpu\":" NUM_NULL
	       ",\"memory\":" NUM_NULL ",\"disk\":" NUM_NULL ",\"errors\":" INT
	       ",\"uptime\":" INT ",\"data_age\":" INT_NULL ",\"version\":" STR
	       "},\"additionalProperties\":false}"},
    /* time and until: epoch seconds, or 0 and "open":true while it lasts */
    {"Note", "{\"type\":\"object\",\"required\":[\"title\"],"
	     "\"properties\":{\"title\":" STR ",\"text\":" STR ",\"time\":" INT
	     ",\"until\":" INT ",\"open\":" BOOL ",\"cluster\":" STR
	     ",\"host\":" STR ",\"series\":" STR ",\"severity\":" STR
	     ",\"tags\":{\"type\":\"array\",\"items\":" STR "}}}"},
    {"Annotations", "{\"type\":\"object\",\"required\":[\"annotations\"],"
		    "\"properties\":{\"annotations\":{\"type\":\"array\","
		    "\"items\":{\"type\":\"object\",\"required\":[\"time\","
		    "\"kind\",\"title\"]}}}}"},
    {"InboundAlerts",
     "{\"type\":\"array\",\"maxItems\":1000,\"items\":{\"type\":"
     "\"object\",\"required\":[\"labels\"],\"properties\":{\"labels\":{"
     "\"type\":\"object\",\"required\":[\"alertname\"],"
     "\"additionalProperties\":" STR "},\"annotations\":{\"type\":"
     "\"object\",\"additionalProperties\":" STR "},\"status\":" STR
     ",\"startsAt\":" STR ",\"endsAt\":" STR ",\"generatorURL\":" STR "}}}"},
    {"Pool", "{\"type\":\"object\",\"required\":[\"started\","
	     "\"workers\",\"forks\",\"renders\"],"
	     "\"additionalProperties\":" NUM "}"},
    {"Status",
     "{\"type\":\"object\",\"required\":[\"status\","
     "\"version\",\"now\",\"uptime\",\"series\",\"data_age\","
     "\"pools\"],\"properties\":{\"status\":" STR ",\"reason\":" STR
     ",\"version\":" STR ",\"now\":" INT ",\"uptime\":" INT ",\"series\":" INT
     ",\"newest\":" INT ",\"data_age\":" INT_NULL ",\"disk\":" NUM_NULL
     ",\"errors\":" INT ",\"pools\":{\"type\":\"object\","
     "\"additionalProperties\":{\"$ref\":\"#/components/schemas/Pool\"}}},"
     "\"additionalProperties\":false}"},
};
const size_t schemas_n = sizeof(schemas) / sizeof(schemas[0]);

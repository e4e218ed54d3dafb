BEGIN TRANSACTION;
CREATE TABLE arms (
                seq INTEGER PRIMARY KEY, campaign TEXT NOT NULL, placement TEXT NOT NULL,
                variant_id TEXT NOT NULL, theme TEXT NOT NULL, palette TEXT NOT NULL, layout TEXT NOT NULL,
                "copy" TEXT NOT NULL, product_type TEXT NOT NULL, product TEXT NOT NULL,
                policy TEXT NOT NULL, grade TEXT NOT NULL, locale TEXT NOT NULL);
INSERT INTO "arms" VALUES(1,'double11','home','v0','lacquer','red','wide','half','Bags','p0','uniform','S','zh-CN');
INSERT INTO "arms" VALUES(2,'double11','home','v1','lacquer','red','wide','half','Bags','p1','uniform','S','zh-CN');
INSERT INTO "arms" VALUES(3,'double11','home','v1','lacquer','red','wide','half','Bags','p1','','','zh-CN');
INSERT INTO "arms" VALUES(4,'double11','home','','','','','','','','','','');
CREATE TABLE counts (
                source TEXT NOT NULL, campaign TEXT NOT NULL, placement TEXT NOT NULL,
                variant_id TEXT NOT NULL, start BIGINT NOT NULL, "end" BIGINT NOT NULL,
                currency TEXT NOT NULL, impressions BIGINT NOT NULL, clicks BIGINT NOT NULL,
                spend_micros BIGINT NOT NULL,
                PRIMARY KEY (source, campaign, placement, variant_id, start, "end", currency));
INSERT INTO "counts" VALUES('ads','double11','home','v1',1793491200000000,1793577600000000,'CNY',100,3,9000000);
CREATE TABLE decisions (
                seq INTEGER PRIMARY KEY, decision_id TEXT NOT NULL, run_id TEXT NOT NULL,
                arm INTEGER NOT NULL, "user" TEXT, time BIGINT NOT NULL, propensity FLOAT NOT NULL,
                simulated SMALLINT NOT NULL);
INSERT INTO "decisions" VALUES(1,'d0','r1',1,'u-key',1793491200000000,0.25,0);
INSERT INTO "decisions" VALUES(2,'d1','r1',2,NULL,1793491200000000,0.25,0);
INSERT INTO "decisions" VALUES(3,'d2','r1',1,NULL,1793491200000000,0.25,0);
INSERT INTO "decisions" VALUES(4,'d3','r1',2,NULL,1793491200000000,0.25,1);
CREATE TABLE events (
                seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, kind SMALLINT NOT NULL,
                time BIGINT NOT NULL, arm INTEGER NOT NULL, decision INTEGER, lag BIGINT,
                flags TEXT NOT NULL, source TEXT NOT NULL, simulated SMALLINT NOT NULL);
INSERT INTO "events" VALUES(1,'e1',1,1793491260000000,1,1,60000000,'','api',0);
INSERT INTO "events" VALUES(2,'e2',1,1793491320000000,1,1,120000000,'','api',0);
INSERT INTO "events" VALUES(3,'e3',2,1793491380000000,1,1,180000000,'','api',0);
INSERT INTO "events" VALUES(4,'e4',1,1793495400000000,2,2,4200000000,'crawler','api',0);
INSERT INTO "events" VALUES(5,'e5',2,1793495460000000,2,2,4260000000,'','api',0);
INSERT INTO "events" VALUES(6,'e6',1,1793491500000000,3,NULL,NULL,'','api',0);
INSERT INTO "events" VALUES(7,'e7',1,1793491500000000,2,4,300000000,'','api',1);
CREATE TABLE runs (
                run_id TEXT NOT NULL PRIMARY KEY, campaign TEXT NOT NULL, time BIGINT NOT NULL,
                details TEXT NOT NULL);
INSERT INTO "runs" VALUES('r1','double11',1793491200000000,'{"seed":1}');
CREATE TABLE schema_version (version INTEGER PRIMARY KEY, description TEXT NOT NULL);
INSERT INTO "schema_version" VALUES(1,'runs, variants, arms, decisions, events, spend, counts');
INSERT INTO "schema_version" VALUES(2,'no index of events by decision');
CREATE TABLE spend (
                seq INTEGER PRIMARY KEY, event_id TEXT NOT NULL, time BIGINT NOT NULL,
                arm INTEGER NOT NULL, amount_micros BIGINT NOT NULL, currency TEXT NOT NULL,
                source TEXT NOT NULL, simulated SMALLINT NOT NULL);
INSERT INTO "spend" VALUES(1,'s1',1793491260000000,4,12500000,'CNY','api',0);
CREATE TABLE variants (
                variant_id TEXT NOT NULL PRIMARY KEY, campaign TEXT NOT NULL, creative_id TEXT NOT NULL,
                theme TEXT NOT NULL, palette TEXT NOT NULL, seed BIGINT NOT NULL, layout TEXT NOT NULL,
                width INTEGER NOT NULL, height INTEGER NOT NULL, locale TEXT NOT NULL,
                products TEXT NOT NULL, product_type TEXT NOT NULL, "copy" TEXT NOT NULL,
                recipe TEXT NOT NULL);
INSERT INTO "variants" VALUES('v0','double11','c0','lacquer','red',3,'wide',1200,628,'zh-CN','["p0", "px"]','Bags','half','{"theme":"lacquer"}');
INSERT INTO "variants" VALUES('v1','double11','c1','lacquer','red',3,'wide',1200,628,'zh-CN','["p1", "px"]','Bags','half','{"theme":"lacquer"}');
CREATE UNIQUE INDEX arms_key ON arms (campaign, placement, variant_id, theme, palette,
                layout, "copy", product_type, product, policy, grade, locale);
CREATE UNIQUE INDEX decisions_id ON decisions (decision_id);
CREATE UNIQUE INDEX events_id ON events (event_id);
CREATE UNIQUE INDEX spend_id ON spend (event_id);
COMMIT;

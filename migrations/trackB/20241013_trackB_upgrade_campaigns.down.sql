SET LOCAL search_path = marketplace;

DROP TABLE upgrade_campaign_items;
DROP TABLE upgrade_campaigns;

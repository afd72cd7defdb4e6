SET LOCAL search_path = search;

DROP TABLE clicks, searches;

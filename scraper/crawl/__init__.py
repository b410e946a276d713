"""What Scrapy needs to run Zhengwen: the ledger and its scheduler, the exit codes, the archive, the guards, the
sample site."""

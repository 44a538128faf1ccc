using StoreConnector.Benchmarks;

if (args is not ["replenishment", var folder])
{
    Console.Error.WriteLine("""
        Use: dotnet run -c Release --project tests/StoreConnector.Benchmarks -- replenishment <folder>
        The folder holds the public data sets: coop100.csv.gz and coop_categories_map.csv (GiulioRossetti/tbp-next-basket),
        online_retail.csv.gz (UCI "Online Retail").
        """);
    return 2;
}

ReplenishmentBenchmark.Run(folder, Console.Out);
return 0;

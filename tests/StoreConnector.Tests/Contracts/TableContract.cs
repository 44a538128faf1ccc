using System.Globalization;
using System.Text;
using StoreConnector.Storage;

namespace StoreConnector.Tests.Contracts;

/// <summary>What <see cref="ITable"/> and <see cref="ITables"/> promise, for every engine and the fake.</summary>
public abstract class TableContract
{
    private const string Allowed = "-.0123456789:ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";

    private protected abstract ITables Tables { get; }

    [Fact]
    public async Task What_was_written_is_read_and_what_was_not_is_null()
    {
        var table = await OpenAsync();
        Assert.True(await WriteAsync(table, "p", new TableWrite.Insert("r", Bytes("one"))));
        var row = await ReadAsync(table, "p", "r");
        Assert.Equal(("r", "one"), (row!.Key, Text(row.Value)));
        Assert.Null(await ReadAsync(table, "p", "other"));
        Assert.Null(await ReadAsync(table, "other", "r"));
    }

    [Fact]
    public async Task An_insert_of_a_row_that_exists_changes_nothing()
    {
        var table = await OpenAsync();
        await WriteAsync(table, "p", new TableWrite.Insert("r", Bytes("one")));
        var before = await ReadAsync(table, "p", "r");
        Assert.False(await WriteAsync(table, "p", new TableWrite.Insert("r", Bytes("two"))));
        var after = await ReadAsync(table, "p", "r");
        Assert.Equal((before!.ETag, "one"), (after!.ETag, Text(after.Value)));
    }

    [Fact]
    public async Task A_replace_wants_the_ETag_as_it_is()
    {
        var table = await OpenAsync();
        Assert.False(await WriteAsync(table, "p", new TableWrite.Replace("r", Bytes("zero"), "1")));
        await WriteAsync(table, "p", new TableWrite.Insert("r", Bytes("one")));
        var first = (await ReadAsync(table, "p", "r"))!.ETag;
        Assert.True(await WriteAsync(table, "p", new TableWrite.Replace("r", Bytes("two"), first)));
        Assert.False(await WriteAsync(table, "p", new TableWrite.Replace("r", Bytes("three"), first)));
        Assert.False(await WriteAsync(table, "p", new TableWrite.Replace("r", Bytes("three"), "no such tag")));
        Assert.Equal("two", Text((await ReadAsync(table, "p", "r"))!.Value));
    }

    [Fact]
    public async Task The_ETag_changes_with_every_write_also_of_equal_bytes_and_never_comes_back()
    {
        var table = await OpenAsync();
        var tags = new HashSet<string>();
        for (var round = 0; round < 5; round++)
        {
            await WriteAsync(table, "p", new TableWrite.Put("r", Bytes("same")));
            Assert.True(tags.Add((await ReadAsync(table, "p", "r"))!.ETag));
            await WriteAsync(table, "p", new TableWrite.Put("r", Bytes("same")));
            Assert.True(tags.Add((await ReadAsync(table, "p", "r"))!.ETag));
            await WriteAsync(table, "p", new TableWrite.Delete("r"));
        }
    }

    [Fact]
    public async Task A_delete_with_an_ETag_wants_it_as_it_is_and_one_without_does_not_care()
    {
        var table = await OpenAsync();
        Assert.True(await WriteAsync(table, "p", new TableWrite.Delete("r")));
        Assert.False(await WriteAsync(table, "p", new TableWrite.Delete("r", "1")));
        await WriteAsync(table, "p", new TableWrite.Put("r", Bytes("one")));
        var tag = (await ReadAsync(table, "p", "r"))!.ETag;
        await WriteAsync(table, "p", new TableWrite.Put("r", Bytes("two")));
        Assert.False(await WriteAsync(table, "p", new TableWrite.Delete("r", tag)));
        Assert.NotNull(await ReadAsync(table, "p", "r"));
        Assert.True(await WriteAsync(table, "p", new TableWrite.Delete("r", (await ReadAsync(table, "p", "r"))!.ETag)));
        Assert.Null(await ReadAsync(table, "p", "r"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_batch_with_one_precondition_that_does_not_hold_leaves_nothing(int failing)
    {
        var table = await OpenAsync();
        await WriteAsync(table, "p", new TableWrite.Put("kept", Bytes("one")),
            new TableWrite.Put("taken", Bytes("one")));
        List<TableWrite> batch =
            [new TableWrite.Put("kept", Bytes("two")), new TableWrite.Insert("new", Bytes("two"))];
        batch.Insert(failing, new TableWrite.Insert("taken", Bytes("two")));
        Assert.False(await table.TryWriteAsync("p", batch, default));
        Assert.Equal("kept=one taken=one", await AllAsync(table, "p"));

        batch[failing] = new TableWrite.Delete("taken");
        Assert.True(await table.TryWriteAsync("p", batch, default));
        Assert.Equal("kept=two new=two", await AllAsync(table, "p"));
    }

    [Fact]
    public async Task An_empty_batch_holds_and_an_empty_value_is_a_value()
    {
        var table = await OpenAsync();
        Assert.True(await table.TryWriteAsync("p", [], default));
        Assert.True(await WriteAsync(table, "p", new TableWrite.Insert("r", default)));
        Assert.Equal(0, (await ReadAsync(table, "p", "r"))!.Value.Length);
    }

    [Fact]
    public async Task A_range_is_in_ordinal_order_and_pages_over_every_allowed_character()
    {
        var table = await OpenAsync();
        List<string> keys = [.. Allowed.SelectMany(c => new[] { $"{c}", $"{c}-", $"{c}z", $"{c}{c}" }).Distinct()];
        keys.Add(new('z', ITable.MaxKey));
        foreach (var some in keys.Chunk(ITable.MaxBatch))
        {
            await table.TryWriteAsync("p",
                [.. some.Reverse().Select(key => new TableWrite.Put(key, Bytes(key)))], default);
        }

        await WriteAsync(table, "o", new TableWrite.Put("m", Bytes("before")));
        await WriteAsync(table, "q", new TableWrite.Put("m", Bytes("behind")));
        keys.Sort(StringComparer.Ordinal);
        var read = new List<string>();
        for (var from = ""; ; from = TableRow.After(read[^1]))
        {
            var page = await table.RangeAsync("p", from, "~", 7, default);
            read.AddRange(page.Select(row => row.Key));
            if (page.Count < 7)
            {
                break;
            }
        }

        Assert.Equal(keys, read);
        var after = TableRow.After(keys[^1]);
        Assert.Empty(await table.RangeAsync("p", after, "~", 1, default));
    }

    [Fact]
    public async Task A_range_takes_its_beginning_and_not_its_end()
    {
        var table = await OpenAsync();
        foreach (var key in new[] { "a", "a:1", "a:2", "aa", "b" })
        {
            await WriteAsync(table, "p", new TableWrite.Put(key, Bytes(key)));
        }

        Assert.Equal(["a:1", "a:2"], (await table.RangeAsync("p", "a:", "a;", 1000, default)).Select(row => row.Key));
        Assert.Equal(["a", "a:1"], (await table.RangeAsync("p", "a", "a:2", 1000, default)).Select(row => row.Key));
        Assert.Equal(["a"], (await table.RangeAsync("p", "a", "b", 1, default)).Select(row => row.Key));
        Assert.Empty(await table.RangeAsync("p", "b", "a", 1000, default));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("é")]
    [InlineData("a#")]
    [InlineData("a\0")]
    public async Task A_key_with_another_character_is_refused(string key)
    {
        var table = await OpenAsync();
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await WriteAsync(table, "p", new TableWrite.Put("fine", Bytes("1")), new TableWrite.Put(key, Bytes("1"))));
        await Assert.ThrowsAsync<ArgumentException>(async () =>
            await WriteAsync(table, key, new TableWrite.Put("fine", Bytes("1"))));
        await Assert.ThrowsAsync<ArgumentException>(async () => await ReadAsync(table, "p", key));
        Assert.Equal("", await AllAsync(table, "p"));
    }

    [Fact]
    public async Task What_is_too_long_too_large_or_too_much_is_refused_before_anything_is_written()
    {
        var table = await OpenAsync();
        var most = new byte[ITable.MaxValue];
        await RefusesAsync([new TableWrite.Put(new('k', ITable.MaxKey + 1), Bytes("1"))]);
        await RefusesAsync([new TableWrite.Put("r", new byte[ITable.MaxValue + 1])]);
        await RefusesAsync(
            [.. Enumerable.Range(0, ITable.MaxBatch + 1).Select(n => new TableWrite.Put($"r{n}", Bytes("1")))]);
        await RefusesAsync([.. Enumerable.Range(0, 4).Select(n => new TableWrite.Put($"r{n}", most))]);
        await RefusesAsync([new TableWrite.Put("r", Bytes("1")), new TableWrite.Delete("r")]);
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.RangeAsync("p", "", "~", 1001, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await table.RangeAsync("p", "", "~", 0, default));
        Assert.Equal("", await AllAsync(table, "p"));

        Assert.True(await table.TryWriteAsync("p",
            [.. Enumerable.Range(0, 3).Select(n => new TableWrite.Put($"r{n}", most))], default));
        Assert.Equal(most.Length, (await ReadAsync(table, "p", "r1"))!.Value.Length);

        async Task RefusesAsync(TableWrite[] batch) => await Assert.ThrowsAsync<ArgumentException>(async () =>
            await table.TryWriteAsync("p", [new TableWrite.Put("first", Bytes("1")), .. batch], default));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("1abc")]
    [InlineData("Abc")]
    [InlineData("a-bc")]
    public async Task A_bad_name_of_a_table_is_refused(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Tables.OpenAsync(name, default));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Tables.DropAsync(name, default));
    }

    [Fact]
    public async Task Tables_know_nothing_of_one_another_and_opening_again_is_the_same_table()
    {
        var (one, two) = (await OpenAsync("one"), await OpenAsync("two"));
        await WriteAsync(one, "p", new TableWrite.Put("r", Bytes("one")));
        Assert.Null(await ReadAsync(two, "p", "r"));
        Assert.Equal("one", Text((await ReadAsync(await OpenAsync("one"), "p", "r"))!.Value));
    }

    [Fact]
    public async Task A_dropped_table_is_gone_with_all_its_rows_and_the_others_stay()
    {
        var (gone, stays) = (await OpenAsync("gone"), await OpenAsync("stays"));
        for (var n = 0; n < 300; n += 100)
        {
            await gone.TryWriteAsync("p",
                [.. Enumerable.Range(n, 100).Select(k => new TableWrite.Put($"r{k}", Bytes("x")))], default);
        }

        await WriteAsync(stays, "p", new TableWrite.Put("r", Bytes("here")));
        await Tables.DropAsync("gone", default);
        await Tables.DropAsync("gone", default);
        await Tables.DropAsync("never", default);

        Assert.Equal("", await AllAsync(gone, "p"));
        await Assert.ThrowsAsync<StorageUnavailableException>(async () =>
            await WriteAsync(gone, "p", new TableWrite.Put("r", Bytes("lost"))));
        Assert.Equal("", await AllAsync(await OpenAsync("gone"), "p"));
        Assert.Equal("r=here", await AllAsync(stays, "p"));
    }

    [Fact]
    public async Task Sixteen_writers_with_ETag_loops_lose_no_increment()
    {
        var table = await OpenAsync();
        await WriteAsync(table, "p", new TableWrite.Insert("count", Bytes("0")));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(async () =>
        {
            for (var done = 0; done < 10;)
            {
                var row = (await ReadAsync(table, "p", "count"))!;
                var count = int.Parse(Text(row.Value), CultureInfo.InvariantCulture);
                var next = (count + 1).ToString(CultureInfo.InvariantCulture);
                done += await WriteAsync(table, "p", new TableWrite.Replace("count", Bytes(next), row.ETag)) ? 1 : 0;
            }
        })));
        Assert.Equal("160", Text((await ReadAsync(table, "p", "count"))!.Value));
    }

    [Fact]
    public async Task A_cancelled_write_is_not_begun()
    {
        var table = await OpenAsync();
        var cancelled = new CancellationToken(true);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await table.TryWriteAsync("p", [new TableWrite.Put("r", Bytes("1"))], cancelled));
        Assert.Null(await ReadAsync(table, "p", "r"));
    }

    [Fact]
    public async Task A_scan_reads_every_row_by_partition_and_key_page_by_page()
    {
        var table = await OpenAsync();
        Assert.Empty(await table.ScanAsync("", "", 10, default));
        foreach (var (partition, row) in new[] { ("b", "1"), ("a", "2"), ("a-b", "1"), ("a", "1"), ("Z", "9"), ("b", "0") })
        {
            await WriteAsync(table, partition, new TableWrite.Insert(row, Bytes(partition + row)));
        }

        var (seen, partitionAfter, rowAfter) = (new List<string>(), "", "");
        while (await table.ScanAsync(partitionAfter, rowAfter, 2, default) is [_, ..] page)
        {
            seen.AddRange(page.Select(r => $"{r.Partition}/{r.Row.Key}={Text(r.Row.Value)}"));
            (partitionAfter, rowAfter) = (page[^1].Partition, page[^1].Row.Key);
        }

        Assert.Equal(["Z/9=Z9", "a/1=a1", "a/2=a2", "a-b/1=a-b1", "b/0=b0", "b/1=b1"], seen);
        Assert.Equal((await ReadAsync(table, "a", "1"))!.ETag, (await table.ScanAsync("a", "0", 1, default))[0].Row.ETag);
    }

    private protected ValueTask<ITable> OpenAsync(string name = "table") => Tables.OpenAsync(name, default);

    private static ValueTask<bool> WriteAsync(ITable table, string partition, params TableWrite[] batch) =>
        table.TryWriteAsync(partition, batch, default);

    private static ValueTask<TableRow?> ReadAsync(ITable table, string partition, string row) =>
        table.ReadAsync(partition, row, default);

    private static async Task<string> AllAsync(ITable table, string partition) =>
        string.Join(' ',
            (await table.RangeAsync(partition, "", "~", 1000, default)).Select(row => $"{row.Key}={Text(row.Value)}"));

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}

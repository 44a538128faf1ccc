namespace StoreConnector.Platforms.Shopify.Api;

/// <summary>
/// One operation of the Admin API: the text of a file in <c>Operations/</c>, which the tests check against the schema
/// of <see cref="ShopifyApp.ApiVersion"/>.
/// </summary>
internal sealed class AdminOperation
{
    private readonly Lazy<string> text;

    private AdminOperation(string name)
    {
        Name = name;
        text = new(() => Read(name));
    }

    /// <summary>The file's name without its ending.</summary>
    public string Name { get; }

    /// <summary>What is sent.</summary>
    public string Text => text.Value;

    /// <summary>Whether it changes something: then it is repeated only when for sure it was not taken.</summary>
    public bool IsMutation => Text.Split('\n').Any(line => line.StartsWith("mutation ", StringComparison.Ordinal));

    /// <summary>The operation of that file; a test asks for each file.</summary>
    public static AdminOperation Of(string name) => new(name);

    private static string Read(string name)
    {
        using var stream = typeof(AdminOperation).Assembly.GetManifestResourceStream($"shopify/{name}.graphql")
            ?? throw new InvalidOperationException($"There is no operation '{name}'.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

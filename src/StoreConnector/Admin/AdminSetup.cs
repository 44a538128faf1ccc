namespace StoreConnector.Admin;

/// <summary>What all of the API shares.</summary>
internal static class AdminSetup
{
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
            context.ProblemDetails.Extensions.TryAdd("code", Problem.CodeOf(context.ProblemDetails.Status ?? 500)));
        services.AddSingleton<CustomerReader>()
            .AddSingleton<ICustomerReader>(all => all.GetRequiredService<CustomerReader>())
            .AddSingleton<IOutboxReader>(all => all.GetRequiredService<CustomerReader>());
        services.AddSingleton<ChannelsApi>().AddSingleton<DefaultChannels>();
        services.AddSingleton<Sessions>().AddSingleton<InstallStates>().AddSingleton<ShopifyInstalls>()
            .AddSingleton<WooConnects>().AddSingleton<HandOvers>().AddSingleton<PageDoor>();
        services.AddSingleton(_ => new AppFiles()).AddSingleton<AppDoors>();
        services.AddExceptionHandler<ProblemExceptions>();
        services.AddOpenApi("v1", options => options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info.Title = "StoreConnector";
            document.Info.Description =
                "Durations are ISO 8601, times UTC. Errors are problem details (RFC 9457) with a code. "
                + "Everything under /api but /api/session wants Authorization: Bearer: the operator's key opens all, a "
                + "session its own store.";
            document.Servers?.Clear(); // The address it was asked by is no part of the contract.
            return Task.CompletedTask;
        }));
        return services;
    }

    /// <summary>In this order: what was thrown and what was left empty becomes a problem; then the gate.</summary>
    public static void UseApi(this WebApplication app)
    {
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseMiddleware<ApiGate>();
    }
}
